using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Digest.Local.Postgres;

/// <summary>
/// Where a cluster's files lie, and who holds them: the data directory, and beside the asked-for place a lock and the
/// password, which stay with us when the data must move.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string SharedFolder = "/var/lib/digest";

    private readonly FileStream ownership;
    private readonly string asked;

    private DataDirectory(string asked, string path, FileStream ownership)
    {
        this.asked = asked;
        this.ownership = ownership;
        Path = path;
    }

    public string Path { get; }

    public string PasswordFile => asked + ".password";

    /// <summary>Elsewhere than asked for, and the password that lay at the asked-for place is gone: nobody can open these files again.</summary>
    public bool IsAbandoned => Path != asked && Exists && !File.Exists(PasswordFile);

    public string LogFile => System.IO.Path.Combine(Path, "server.log");

    public bool Exists => File.Exists(System.IO.Path.Combine(Path, "PG_VERSION"));

    /// <summary>Major version that made the files.</summary>
    public int Version => int.Parse(
        File.ReadAllText(System.IO.Path.Combine(Path, "PG_VERSION")).Trim(), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Takes the directory for this process; given back by <see cref="Dispose"/> or by the process's end, however it ends.</summary>
    /// <exception cref="LocalException">Another process holds it, or no place can be had.</exception>
    public static async Task<DataDirectory> TakeAsync(string directory, ServerUser user, CancellationToken cancellationToken)
    {
        var asked = System.IO.Path.GetFullPath(directory);
        var ownership = Lock(asked);
        try
        {
            return new DataDirectory(asked, await PlaceAsync(asked, user, cancellationToken), ownership);
        }
        catch
        {
            await ownership.DisposeAsync();
            throw;
        }
    }

    /// <summary>The server that still runs on these files since its owner was killed; a pid file alone proves nothing after a power cut.</summary>
    public bool HasServer()
    {
        var pidFile = System.IO.Path.Combine(Path, "postmaster.pid");
        if (!File.Exists(pidFile) || !int.TryParse(File.ReadLines(pidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid))
        {
            return false;
        }

        // The server works in its data directory. Where that cannot be read, its name must do.
        var folder = new DirectoryInfo($"/proc/{pid}/cwd");
        return OperatingSystem.IsLinux() ? folder.LinkTarget is { } target && IsSame(target) : NameOf(pid) == "postgres";
    }

    /// <summary>The kernel's name of a folder has no links in it, ours may: the same file inside tells.</summary>
    private bool IsSame(string folder) => folder == Path
        || (NameInside(folder) is { } theirs && NameInside(Path) is { } ours && theirs.AsSpan().SequenceEqual(ours));

    private static byte[]? NameInside(string folder)
    {
        var file = System.IO.Path.Combine(folder, "postmaster.opts");
        return File.Exists(file) && File.Exists(System.IO.Path.Combine(folder, "postmaster.pid"))
            ? [.. File.ReadAllBytes(file), .. File.ReadAllBytes(System.IO.Path.Combine(folder, "postmaster.pid"))] : null;
    }

    /// <summary>A leftover pid file stops the next start when its number now belongs to another program.</summary>
    public void DeletePidFile()
    {
        if (Exists)
        {
            File.Delete(System.IO.Path.Combine(Path, "postmaster.pid"));
        }
    }

    public void Delete()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }

        File.Delete(PasswordFile);
    }

    /// <summary>The lock file itself stays: deleting it could free a lock that the next process has just taken.</summary>
    public void Dispose() => ownership.Dispose();

    private static FileStream Lock(string asked)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(asked)!);
            return new FileStream(asked + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LocalException(File.Exists(asked + ".lock")
                ? $"The database in {asked} is in use by another digest on this machine; stop that one first."
                : $"The folder of {asked} cannot be written: {error.Message}");
        }
    }

    /// <summary>
    /// The asked-for place, unless the server's user cannot enter its parent (a checkout in root's home): then one under
    /// /var/lib that depends on the asked-for place alone, so that the next run finds it again.
    /// </summary>
    private static async Task<string> PlaceAsync(string asked, ServerUser user, CancellationToken cancellationToken)
    {
        var parent = System.IO.Path.GetDirectoryName(asked)!;
        if (await user.CanEnterAsync(parent, cancellationToken))
        {
            return asked;
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked)))[..12];
        return await CanShareAsync(user, cancellationToken)
            ? System.IO.Path.Combine(SharedFolder, name)
            : throw new LocalException($"PostgreSQL does not run as root, and the user {user.Name} can enter neither {parent} nor {SharedFolder}; "
                + "move the folder or open it (chmod o+x).");
    }

    private static async Task<bool> CanShareAsync(ServerUser user, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(SharedFolder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        return await user.CanEnterAsync(SharedFolder, cancellationToken);
    }

    private static string? NameOf(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return process.ProcessName;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
