using System.Diagnostics;
using System.Text.Json;

namespace Digest.EndToEnd;

/// <summary><c>digest demo</c> as its own process, twice in one folder.</summary>
public sealed class DemoCommandTests : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("digest-demo-").FullName;

    [Fact]
    public async Task The_demo_sends_this_weeks_issue_once_and_finds_it_again()
    {
        var first = await RunAsync("demo", "--once", "--json", "--subscribers", "60", "--port", $"{Installation.FreePort()}");
        var second = await RunAsync("demo", "--once", "--json", "--subscribers", "60", "--port", $"{Installation.FreePort()}");

        first.ExitCode.ShouldBe(0, first.Errors);
        var report = first.Report;
        Number(report, "stories").ShouldBeGreaterThanOrEqualTo(5);
        Number(report, "candidates").ShouldBe(60);
        (Number(report, "queued") + report.GetProperty("excluded").EnumerateObject().Sum(reason => reason.Value.GetInt32())).ShouldBe(60);
        Number(report, "accepted").ShouldBe(Number(report, "queued"));
        Number(report, "inDoubt").ShouldBe(0);
        report.EnumerateObject().Select(field => field.Name).ShouldBe(
        [
            "newsletter", "week", "issue", "stories", "candidates", "queued", "excluded", "accepted", "deferred", "rejected", "inDoubt",
            "seconds", "htmlBytes", "textBytes", "inbox",
        ]);
        MailFiles().ShouldBe(Number(report, "queued"), "every accepted message is in the mailbox, once");

        second.ExitCode.ShouldBe(0, second.Errors);
        Number(second.Report, "accepted").ShouldBe(Number(report, "accepted"));
    }

    [Fact]
    public async Task A_taken_port_is_one_sentence_and_an_exit_code()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        var run = await RunAsync("demo", "--once", "--port", $"{port}");

        run.ExitCode.ShouldBe(69);
        run.Errors.Trim().ShouldBe($"digest: Port {port} is in use on this machine; choose another with --port N.");
    }

    public void Dispose() => Directory.Delete(home, recursive: true);

    private int MailFiles() => Directory.GetFiles(Path.Combine(home, "demo", "mail"), "*.eml").Length;

    private static int Number(JsonElement report, string name) => report.GetProperty(name).GetInt32();

    private async Task<Run> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "digest-cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = home,
        };
        start.Environment["DIGEST_HOME"] = home;
        start.Environment.Remove("ConnectionStrings__Digest");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Run(process.ExitCode, await output, await errors);
    }

    private sealed record Run(int ExitCode, string Output, string Errors)
    {
        public JsonElement Report => JsonDocument.Parse(Output.TrimEnd().Split('\n')[^1]).RootElement;
    }
}
