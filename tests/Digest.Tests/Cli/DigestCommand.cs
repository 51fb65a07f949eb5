using System.Diagnostics;
using Digest.TestKit;
using Xunit;

namespace Digest.Tests.Cli;

/// <summary>A verb as an operator runs it: another process, its files, its sentences.</summary>
internal static class DigestCommand
{
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        TestDatabase database, DirectoryInfo folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "digest-cli.dll"), .. arguments])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DIGEST_HOME"] = folder.FullName },
        };
        foreach (var (name, value) in TestSettings.Values(database.ConnectionString))
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, errors);
    }
}
