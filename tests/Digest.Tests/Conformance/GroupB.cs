using System.Net;
using Digest.Local.Mailbox;
using Digest.Subscribers;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Conformance;

/// <summary>List headers and the unsubscribe endpoint, item by item, on what arrived and what the web host answers (checklist group B).</summary>
[Collection(nameof(CapturedMonday))]
public sealed class GroupB(CapturedMonday monday)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static FormUrlEncodedContent OneClick => new([new("List-Unsubscribe", "One-Click")]);

    [Fact]
    public void B1_One_list_unsubscribe_with_one_uri()
    {
        var issue = monday["issue"];

        issue.Count("List-Unsubscribe").ShouldBe(1);
        // https; the test installation lives on loopback, where http is allowed.
        issue.Header("List-Unsubscribe").ShouldMatch("^<https?://[^<>,]+>$");
    }

    [Fact]
    public void B2_List_unsubscribe_post_is_exactly_one_click()
    {
        monday["issue"].Count("List-Unsubscribe-Post").ShouldBe(1);
        monday["issue"].Header("List-Unsubscribe-Post").ShouldBe("List-Unsubscribe=One-Click");
    }

    [Theory]
    [InlineData("issue")]
    [InlineData("confirmation")]
    [InlineData("welcome")]
    public void B3_The_signature_verifies_on_the_bytes_received(string kind) => CapturedMonday.SignatureVerifies(monday[kind].Received.Raw).ShouldBeTrue();

    [Fact]
    public void B3_The_signature_covers_both_unsubscribe_headers()
    {
        var raw = monday["issue"].Raw;
        var signed = DkimCheck.Tags(monday["issue"].Received.Raw)["h"].Split(':');

        signed.ShouldContain("list-unsubscribe");
        signed.ShouldContain("list-unsubscribe-post");
        CapturedMonday.SignatureVerifies(Bytes(raw.Replace("=One-Click", "=Two-Click", StringComparison.Ordinal))).ShouldBeFalse();
        CapturedMonday.SignatureVerifies(Bytes(raw.Replace(" <http", " <hxxp", StringComparison.Ordinal))).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B4_One_click_takes_both_encodings_twice_and_changes_the_state_once(bool multipart)
    {
        var (id, url) = await monday.NewReaderAsync(Cancel);
        using var client = monday.Web.BareClient();

        for (var i = 0; i < 2; i++)
        {
            HttpContent body = multipart ? new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } } : OneClick;
            using var answer = await client.PostAsync(url, body, Cancel);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await monday.StateOfAsync(id)).ShouldBe("unsubscribed");
        (await monday.Database.ScalarAsync<long>(
            "select count(*) from digest.consent_events where subscriber_id = $1 and kind = 'unsubscribed'", id)).ShouldBe(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https")]
    [InlineData("http")]
    public async Task B5_One_click_is_never_redirected(string? forwardedProto)
    {
        var (_, url) = await monday.NewReaderAsync(Cancel);
        using var client = monday.Web.BareClient();
        if (forwardedProto is not null)
        {
            client.DefaultRequestHeaders.Add("X-Forwarded-Proto", forwardedProto);
        }

        using var answer = await client.PostAsync(url, OneClick, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task B6_One_click_needs_no_cookie_and_sets_none()
    {
        var (id, url) = await monday.NewReaderAsync(Cancel);
        using var client = monday.Web.BareClient();

        using var answer = await client.PostAsync(url, OneClick, Cancel);

        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        (await monday.StateOfAsync(id)).ShouldBe("unsubscribed");
    }

    [Fact]
    public async Task B7_Looking_changes_nothing()
    {
        var (id, url) = await monday.NewReaderAsync(Cancel);
        using var client = monday.Web.BareClient();

        for (var i = 0; i < 3; i++)
        {
            using var page = await client.GetAsync(url, Cancel);
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, url), Cancel);
        (await monday.StateOfAsync(id)).ShouldBe("confirmed");
    }

    [Fact]
    public async Task B8_A_changed_token_changes_nothing()
    {
        var (id, url) = await monday.NewReaderAsync(Cancel);
        var forged = url[..^2] + (url[^2] == 'A' ? 'B' : 'A') + url[^1];
        using var client = monday.Web.BareClient();

        using var answer = await client.PostAsync(forged, OneClick, Cancel);

        ((int)answer.StatusCode).ShouldBeLessThan(500);
        (await monday.StateOfAsync(id)).ShouldBe("confirmed");
    }

    [Theory]
    [InlineData("")]
    [InlineData("List-Unsubscribe=Two-Click")]
    [InlineData("junk")]
    public async Task B9_A_post_without_the_exact_pair_changes_nothing(string body)
    {
        var (id, url) = await monday.NewReaderAsync(Cancel);
        using var client = monday.Web.BareClient();

        using var answer = await client.PostAsync(
            url, new StringContent(body, System.Text.Encoding.ASCII, "application/x-www-form-urlencoded"), Cancel);

        (await monday.StateOfAsync(id)).ShouldBe("confirmed");
    }

    [Fact]
    public void B11_The_link_is_short() =>
        monday["issue"].RawHeader("List-Unsubscribe").Split("\r\n").Max(line => line.Length).ShouldBeLessThan(300);

    [Fact]
    public void B12_A_visible_link_in_both_bodies_goes_where_the_header_goes()
    {
        var url = monday["issue"].Header("List-Unsubscribe").Trim('<', '>');

        monday["issue"].Text.ShouldContain(url);
        monday["issue"].Html.QuerySelectorAll($"a[href='{url}']").ShouldNotBeEmpty();
    }

    [Fact]
    public void B13_One_list_id_on_an_own_domain()
    {
        monday["issue"].Count("List-Id").ShouldBe(1);
        monday["issue"].Header("List-Id").ShouldMatch(@"^""?[^<>]+""? <[a-z0-9.-]+\.example\.com>$");
        monday["issue"].Header("List-Id").Length.ShouldBeLessThanOrEqualTo(255);
    }

    [Fact]
    public void B14_Other_list_headers_at_most_once_in_angle_brackets()
    {
        ((string[])["List-Post", "List-Help", "List-Owner"]).ShouldAllBe(name => monday["issue"].Count(name) <= 1);
        monday["issue"].Header("List-Help").ShouldMatch("^<[!-~]+>$");
    }

    [Theory]
    [InlineData("issue")]
    [InlineData("confirmation")]
    [InlineData("welcome")]
    public void B15_Auto_submitted_once(string kind)
    {
        monday[kind].Count("Auto-Submitted").ShouldBe(1);
        monday[kind].Header("Auto-Submitted").ShouldBe("auto-generated");
    }

    [Fact]
    public void B17_The_feedback_id_is_signed_short_and_the_same_for_all()
    {
        var ids = monday.Issues.Select(mail => mail.Header("Feedback-ID")).Distinct().ToList();

        ids.Count.ShouldBe(1);
        ids[0].Split(':').Length.ShouldBeLessThanOrEqualTo(4);
        ids[0].Split(':')[^1].ShouldMatch("^[A-Za-z0-9]{5,15}$");
        DkimCheck.Tags(monday["issue"].Received.Raw)["h"].Split(':').ShouldContain("feedback-id");
    }

    private static byte[] Bytes(string raw) => System.Text.Encoding.Latin1.GetBytes(raw);
}
