using System.Security.Cryptography;

namespace Digest.Local.Postgres;

/// <summary>
/// Makes a cluster beside its place and moves it there, so that an interrupted start leaves nothing half-made. Even on
/// loopback it asks for a password: the superuser of a cluster can run programs, and other people may use the machine.
/// </summary>
internal sealed class NewCluster(ClusterOptions options, ServerUser user, DataDirectory data)
{
    private readonly string draft = data.Path + ".new";

    public async Task MakeAsync(string superuser, CancellationToken cancellationToken)
    {
        RefuseForeignFiles();
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        await user.MakeFolderAsync(draft, cancellationToken);
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await RunInitdbAsync(superuser, password, cancellationToken);
        await WriteSecretAsync(data.PasswordFile, password, cancellationToken);
        if (Directory.Exists(data.Path))
        {
            // Empty, and still in the way of the move.
            Directory.Delete(data.Path);
        }

        Directory.Move(draft, data.Path);
    }

    private void RefuseForeignFiles()
    {
        if (Directory.Exists(data.Path) && Directory.EnumerateFileSystemEntries(data.Path).Any())
        {
            throw new LocalException($"{data.Path} holds files that are no PostgreSQL cluster; move them away, or choose another folder.");
        }
    }

    private async Task RunInitdbAsync(string superuser, string password, CancellationToken cancellationToken)
    {
        var passwordFile = draft + ".password";
        await WriteSecretAsync(passwordFile, password, cancellationToken);
        await user.GiveAsync(passwordFile, cancellationToken);
        string[] sync = options.Durable ? [] : ["--no-sync"];
        var run = await ProgramRun.RunAsync(
            user.Start(
                Path.Combine(options.ProgramDirectory, "initdb"),
                [
                    "--pgdata", draft, "--username", superuser, "--pwfile", passwordFile, "--auth", "scram-sha-256",
                    "--encoding", "UTF8", "--locale", OperatingSystem.IsLinux() ? "C.UTF-8" : "C", .. sync,
                ]),
            cancellationToken);
        File.Delete(passwordFile);
        if (!run.Succeeded)
        {
            throw new LocalException($"PostgreSQL's initdb failed in {draft}: {run.LastLine}");
        }
    }

    private static async Task WriteSecretAsync(string file, string secret, CancellationToken cancellationToken)
    {
        File.Delete(file);
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(file, mode);
        await writer.WriteAsync(secret.AsMemory(), cancellationToken);
    }
}
