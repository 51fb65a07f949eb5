using System.Diagnostics;
using System.Globalization;

namespace Digest.Local.Postgres;

/// <summary>Whom the server runs as. PostgreSQL refuses root, so root drops to the postgres user, else to nobody.</summary>
internal sealed class ServerUser
{
    private readonly (string Uid, string Gid)? other;

    private ServerUser((string Uid, string Gid)? other, string name)
    {
        this.other = other;
        Name = name;
    }

    public string Name { get; }

    /// <exception cref="LocalException">We are root and there is nobody to drop to.</exception>
    public static ServerUser Choose()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return new ServerUser(null, Environment.UserName);
        }

        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToList();
        var account = accounts.Find(fields => fields[0] == "postgres") ?? accounts.Find(fields => fields[0] == "nobody")
            ?? throw new LocalException("PostgreSQL does not run as root, and this machine has neither a postgres user nor a nobody; run as an ordinary user.");
        return new ServerUser((account[2], account[3]), account[0]);
    }

    public ProcessStartInfo Start(string program, params IEnumerable<string> arguments) => other is { } user
        ? new ProcessStartInfo("setpriv", ["--reuid", user.Uid, "--regid", user.Gid, "--clear-groups", "--", program, .. arguments])
        : new ProcessStartInfo(program, arguments);

    /// <summary>Makes a folder that this user alone may enter.</summary>
    /// <exception cref="LocalException">It cannot be made.</exception>
    public async Task MakeFolderAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LocalException($"The folder {folder} cannot be made: {error.Message}");
        }

        await GiveAsync(folder, cancellationToken);
    }

    public async Task GiveAsync(string path, CancellationToken cancellationToken)
    {
        if (other is { } user)
        {
            var run = await ProgramRun.RunAsync(
                new ProcessStartInfo("chown", [string.Create(CultureInfo.InvariantCulture, $"{user.Uid}:{user.Gid}"), path]), cancellationToken);
            if (!run.Succeeded)
            {
                throw new LocalException($"{path} cannot be given to the user {Name}: {run.LastLine}");
            }
        }
    }

    /// <summary>Whether this user can enter the folder, whose parents may belong to somebody else.</summary>
    public async Task<bool> CanEnterAsync(string folder, CancellationToken cancellationToken) =>
        other is null || (await ProgramRun.RunAsync(Start("test", "-x", folder), cancellationToken)).Succeeded;
}
