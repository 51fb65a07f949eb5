using System.Text;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Rendering;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>The headers that let a reader leave, in the message as it would be sent.</summary>
public sealed class RehearseHeadersTests
{
    [Fact]
    public async Task A_message_as_it_is_composed_has_no_finding()
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 0);

        RehearseHeaders.Find(
            world.Get<IssueMail>(), world.Get<MessageComposer>(), world.Newsletter, world.Issue, RenderedMail.Of(world.Issue.Contents[0]), "").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://digest.example.com/u/", "http://digest.example.com/u/", "only for https", PreflightSeverity.Error)]
    [InlineData("https://digest.example.com/u/", "http://localhost/u/", "only for https", PreflightSeverity.Warning)]
    [InlineData("List-Unsubscribe: ", "X-Was: ", "List-Unsubscribe is missing", PreflightSeverity.Error)]
    [InlineData("List-Unsubscribe-Post: List-Unsubscribe=One-Click", "List-Unsubscribe-Post: yes", "RFC 8058 section 5", PreflightSeverity.Error)]
    [InlineData("<signal.example.com>", "<other.example.com>", "List-Id is missing or does not end", PreflightSeverity.Error)]
    [InlineData("Reply-To: ", "X-Was: ", "Reply-To is missing, or there twice", PreflightSeverity.Error)]
    [InlineData(":list-unsubscribe-post", ":x-other", "DKIM signature does not cover", PreflightSeverity.Error)]
    [InlineData("What the week brought.", "What {{x}} brought.", "A slot is left", PreflightSeverity.Error)]
    public async Task A_header_that_is_not_as_receivers_want_it_is_found(string was, string becomes, string words, PreflightSeverity severity)
    {
        await using var world = await LedgerWorld.CreateAsync(readers: 1);
        var message = await MessageAsync(world);
        message.ShouldContain(was);

        var found = RehearseHeaders.Find(world.Newsletter, Encoding.ASCII.GetBytes(message.Replace(was, becomes)));

        found.ShouldContain(finding => finding.Finding.Contains(words) && finding.Severity == severity && finding.Check == "headers");
    }

    private static async Task<string> MessageAsync(LedgerWorld world)
    {
        await world.QueueAsync(TestContext.Current.CancellationToken);
        var worker = await world.RegisterWorkerAsync(TestContext.Current.CancellationToken);
        var claim = (await world.ClaimAsync(worker, TestContext.Current.CancellationToken))[0];
        using var ready = await world.Get<ClaimedMail>().ComposeAsync(claim, TestContext.Current.CancellationToken);
        // Unfolded, so that a value stands as one.
        return Encoding.ASCII.GetString(ready.Message.Bytes.Span).Replace("\r\n ", " ").Replace("\r\n\t", "");
    }
}
