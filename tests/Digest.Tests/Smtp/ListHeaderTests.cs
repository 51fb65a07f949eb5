using System.Text.RegularExpressions;
using Digest.Smtp;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>Group B of the conformance checklist, as far as it concerns the message.</summary>
public sealed partial class ListHeaderTests
{
    [Fact]
    public async Task B1_one_List_Unsubscribe_with_one_https_URI()
    {
        Mails.Fields(await ReceiveAsync(Mails.Issue), "List-Unsubscribe").ShouldBe(["<https://digest.example.com/u/u1.abcdefghijklmnop>"]);
    }

    [Fact]
    public async Task B2_List_Unsubscribe_Post_exactly_once()
    {
        Mails.Fields(await ReceiveAsync(Mails.Issue), "List-Unsubscribe-Post").ShouldBe(["List-Unsubscribe=One-Click"]);
    }

    [Theory]
    [InlineData("/u/u1.", "/u/u2.")]
    [InlineData("List-Unsubscribe=One-Click", "List-Unsubscribe=Two-Click")]
    public async Task B3_the_signature_covers_both_unsubscribe_headers(string from, string to)
    {
        var raw = await ReceiveAsync(Mails.Issue);

        new[] { "list-unsubscribe", "list-unsubscribe-post" }.ShouldBeSubsetOf(DkimCheck.Tags(raw)["h"].Split(':'));
        DkimCheck.Verify(raw, Mails.Key).ShouldBeTrue();
        DkimCheck.Verify(Changed(raw, from, to), Mails.Key).ShouldBeFalse();
    }

    [Fact]
    public async Task B11_a_line_with_the_URL_stays_below_the_limit()
    {
        var url = "https://digest.example.com/u/" + new string('a', 270);

        var raw = await ReceiveAsync(Mails.Issue with { Slots = Mails.Issue.Slots with { UnsubscribeUrl = url } });

        Mails.Ascii(raw).Split("\r\n").Max(line => line.Length).ShouldBeLessThanOrEqualTo(998);
        Mails.Fields(raw, "List-Unsubscribe").ShouldBe([$"<{url}>"]);
    }

    [Theory]
    [InlineData("The Weekly Signal", "\"The Weekly Signal\" <weekly.example.com>")]
    [InlineData("Crème brûlée", "\"Creme brulee\" <weekly.example.com>")]
    [InlineData("周报", "<weekly.example.com>")]
    public async Task B13_one_List_Id_with_a_name_where_ASCII_has_one(string name, string expected)
    {
        var raw = await ReceiveAsync(Mails.Issue with { List = Mails.Issue.List! with { Name = name } });

        Mails.Fields(raw, "List-Id").ShouldBe([expected]);
    }

    [Fact]
    public async Task B14_List_Help_at_most_once_in_angle_brackets()
    {
        Mails.Fields(await ReceiveAsync(Mails.Issue), "List-Help").ShouldBe(["<https://digest.example.com/signal>"]);
    }

    [Fact]
    public async Task B15_issue_and_notice_are_marked_auto_generated()
    {
        Mails.Fields(await ReceiveAsync(Mails.Issue), "Auto-Submitted").ShouldBe(["auto-generated"]);
        Mails.Fields(await ReceiveAsync(Mails.Notice), "Auto-Submitted").ShouldBe(["auto-generated"]);
    }

    [Fact]
    public async Task B16_an_issue_is_bulk_and_a_notice_is_not()
    {
        Mails.Fields(await ReceiveAsync(Mails.Issue), "Precedence").ShouldBe(["bulk"]);
        Mails.Fields(await ReceiveAsync(Mails.Notice), "Precedence").ShouldBeEmpty();
    }

    [Fact]
    public async Task B17_one_signed_Feedback_ID_equal_for_all_readers()
    {
        var one = await ReceiveAsync(Mails.Issue);
        var other = await ReceiveAsync(Mails.Issue with { To = "other@example.net", MessageId = "issue.1.18@example.com" });

        var id = Mails.Fields(one, "Feedback-ID").ShouldHaveSingleItem();
        FeedbackId().IsMatch(id).ShouldBeTrue(id);
        Mails.Fields(other, "Feedback-ID").ShouldBe([id]);
        DkimCheck.Tags(one)["h"].Split(':').ShouldContain("feedback-id");
    }

    [Fact]
    public async Task A_notice_has_no_list_headers()
    {
        Mails.HeaderBlock(await ReceiveAsync(Mails.Notice)).ShouldNotContain("List-");
    }

    private static async Task<ReadOnlyMemory<byte>> ReceiveAsync(TestMail mail)
    {
        await using var relay = await Relay.StartAsync();
        return await relay.ReceiveAsync(mail);
    }

    private static byte[] Changed(ReadOnlyMemory<byte> raw, string from, string to)
    {
        var text = Mails.Ascii(raw);
        text.ShouldContain(from);
        return System.Text.Encoding.Latin1.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    }

    [GeneratedRegex("^[a-z0-9]+(:[a-z0-9]+){2}:[a-z0-9]{5,15}$")]
    private static partial Regex FeedbackId();
}
