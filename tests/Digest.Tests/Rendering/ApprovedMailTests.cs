using System.Runtime.CompilerServices;
using Digest.Rendering;
using Xunit;

namespace Digest.Tests.Rendering;

/// <summary>
/// Each kind of mail, as somebody approved it. A change of words or looks shows as a difference between the approved file
/// and a received one beside it; whoever means the change moves the received file over the approved one.
/// </summary>
public sealed class ApprovedMailTests
{
    [Fact]
    public async Task An_ordinary_week() => Check("weekly", await SampleIssues.Renderer.RenderIssueAsync(SampleIssues.Ordinary()));

    [Fact]
    public async Task A_week_of_one_story() => Check("one", await SampleIssues.Renderer.RenderIssueAsync(SampleIssues.One()));

    [Fact]
    public async Task A_week_of_forty() => Check("forty", await SampleIssues.Renderer.RenderIssueAsync(SampleIssues.Forty()));

    [Fact]
    public async Task Right_to_left_and_emoji() => Check("rtl", await SampleIssues.Renderer.RenderIssueAsync(SampleIssues.RightToLeftAndEmoji()));

    [Fact]
    public async Task The_confirmation() => Check("confirmation", await SampleIssues.Renderer.RenderConfirmationAsync(SampleIssues.NewNewsletter()));

    [Fact]
    public async Task The_welcome() => Check("welcome", await SampleIssues.Renderer.RenderWelcomeAsync(
        SampleIssues.NewNewsletter(), (SampleIssues.Week.Previous, "The court that asked for a room without windows")));

    private static void Check(string name, RenderedMail mail)
    {
        Check($"{name}.approved.html", mail.Html);
        Check($"{name}.approved.text", $"Subject: {mail.Subject}\r\nPreheader: {mail.Preheader}\r\n\r\n{mail.Text}");
    }

    /// <summary>Compares with LF line ends, so that a checkout may turn them as it likes.</summary>
    private static void Check(string fileName, string received, [CallerFilePath] string source = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(source)!, fileName);
        var wanted = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        var given = received.ReplaceLineEndings("\n");
        if (given == wanted)
        {
            return;
        }

        var receivedFile = approved.Replace(".approved.", ".received.", StringComparison.Ordinal);
        File.WriteAllText(receivedFile, given);
        var line = wanted.Split('\n').Zip(given.Split('\n')).TakeWhile(pair => pair.First == pair.Second).Count() + 1;
        Assert.Fail($"{fileName} differs from line {line}; when that is meant, move {Path.GetFileName(receivedFile)} over it.");
    }
}
