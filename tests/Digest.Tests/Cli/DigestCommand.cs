using System.Diagnostics;
using Digest.TestKit;
using Xunit;

namespace Digest.Tests.Cli;

/// <summary>A verb as an operator runs it: another process, its files, its sentences.</summary>
internal static class DigestCommand
{
    public static Task<(int Code, string Output, string Errors)> RunAsync(
        TestDatabase database, DirectoryInfo folder, params string[] arguments) =>
        RunAsync(TestSettings.Values(database.ConnectionString), folder, path: null, arguments);

    /// <param name="settings">Every setting that it has.</param>
    /// <param name="folder">Where it runs, and its home.</param>
    /// <param name="path">Where it finds programs; none for where this test does.</param>
    /// <param name="arguments">As typed.</param>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        IReadOnlyDictionary<string, string?> settings, DirectoryInfo folder, string? path, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "digest-cli.dll"), .. arguments])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DIGEST_HOME"] = folder.FullName },
        };
        start.Environment.Remove("ConnectionStrings__Digest");
        start.Environment["PATH"] = path ?? start.Environment["PATH"];
        foreach (var (name, value) in settings)
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
