using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Local;

/// <summary>The verb as a process of its own, as docker-compose.yml runs it.</summary>
public sealed partial class MailboxVerbTests
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_takes_mail_and_shows_it()
    {
        using var mailbox = Start("--smtp-port", "0", "--port", "0", "--unsubscribe-host", "web");
        var said = await mailbox.StandardOutput.ReadLineAsync(Cancelled);
        var ports = Ports().Matches(said ?? await mailbox.StandardError.ReadToEndAsync(Cancelled))
            .Select(match => int.Parse(match.ValueSpan, CultureInfo.InvariantCulture)).ToList();
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", ports[0], SecureSocketOptions.None, Cancelled);
        var message = new MimeMessage { Subject = "Caught", Body = new TextPart("plain") { Text = "hi" } };
        message.From.Add(new MailboxAddress("", "signal@example.com"));
        message.To.Add(new MailboxAddress("", "reader@example.com"));
        await client.SendAsync(message, Cancelled);
        using var browser = new HttpClient();

        var page = await browser.GetStringAsync(new Uri($"http://127.0.0.1:{ports[1]}/"), Cancelled);

        page.ShouldContain("Caught");
        mailbox.Kill();
        await mailbox.WaitForExitAsync(Cancelled);
    }

    [Theory]
    [InlineData("--smtp-port")]
    [InlineData("--port")]
    public async Task A_taken_port_is_said_in_one_sentence(string option)
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        using var mailbox = Start(option == "--port" ? ["--smtp-port", "0", "--port", port] : ["--smtp-port", port, "--port", "0"]);

        var error = await mailbox.StandardError.ReadToEndAsync(Cancelled);
        await mailbox.WaitForExitAsync(Cancelled);

        mailbox.ExitCode.ShouldNotBe(0);
        error.ShouldContain($"Port {port}");
        error.ShouldContain("taken by another program");
    }

    private static Process Start(params IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "digest-cli.dll"), "mailbox", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    [GeneratedRegex(@"(?<=127\.0\.0\.1:)\d+")]
    private static partial Regex Ports();
}
