using System.Net;
using System.Text.RegularExpressions;
using Digest.Cli.Demo;
using Digest.Newsletters;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Digest.Tests.Conformance;

/// <summary>The tokens that mailed links carry, item by item (checklist group H).</summary>
[Collection(nameof(CapturedMonday))]
public sealed partial class GroupH(CapturedMonday monday)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Tokens Tokens => monday.Web.Services.GetRequiredService<Tokens>();

    private string UnsubscribeToken => TokenIn("issue", "/u/");

    [Fact]
    public void H1_Tokens_carry_128_bits_of_mac_and_serve_one_purpose()
    {
        // Base64url of at least the 16 octets of the MAC.
        UnsubscribeToken.Length.ShouldBeInRange(22, 80);
        Tokens.Read(TokenPurpose.Unsubscribe, UnsubscribeToken).ShouldNotBeNull();
        Tokens.Read(TokenPurpose.Confirm, UnsubscribeToken).ShouldBeNull();
        Tokens.Read(TokenPurpose.Preferences, UnsubscribeToken).ShouldBeNull();
        Tokens.Read(TokenPurpose.Unsubscribe, TokenIn("confirmation", "/confirm/")).ShouldBeNull();
    }

    [Fact]
    public void H2_Only_a_fixed_time_comparison_verifies_a_token()
    {
        var source = File.ReadAllText(Digest.Tests.Architecture.Checkout.PathOf("src/Digest/Subscribers/Tokens.cs"));

        source.ShouldContain("CryptographicOperations.FixedTimeEquals");
        source.ShouldNotContain("SequenceEqual");
    }

    [Fact]
    public void H3_Unsubscribe_tokens_have_no_end_and_confirmations_have_one()
    {
        Tokens.Read(TokenPurpose.Unsubscribe, UnsubscribeToken)!.ExpiresAt.ShouldBeNull();
        Tokens.Read(TokenPurpose.Confirm, TokenIn("confirmation", "/confirm/"))!.ExpiresAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task H3_A_second_click_on_a_confirmation_says_that_it_is_done()
    {
        using var client = monday.Web.BareClient();

        var page = await client.GetStringAsync($"/confirm/{TokenIn("confirmation", "/confirm/")}", Cancel);

        page.ShouldContain("already", Case.Insensitive);
    }

    [Fact]
    public void H4_A_new_key_signs_and_the_old_links_still_work()
    {
        var old = monday.Web.Services.GetRequiredService<IOptions<TokenSettings>>().Value;
        var rotated = new Tokens(Options.Create(new TokenSettings
        {
            Keys = [new TokenKey { Id = "next", Secret = Convert.ToBase64String(new byte[32]) }, .. old.Keys],
            AddressSecret = old.AddressSecret,
        }));

        rotated.Read(TokenPurpose.Unsubscribe, UnsubscribeToken).ShouldBe(Tokens.Read(TokenPurpose.Unsubscribe, UnsubscribeToken));
        rotated.Create(TokenPurpose.Unsubscribe, new TokenContent(1, 1, null))
            .ShouldNotBe(Tokens.Create(TokenPurpose.Unsubscribe, new TokenContent(1, 1, null)));
    }

    [Theory]
    [InlineData("/u/")]
    [InlineData("/preferences/")]
    [InlineData("/confirm/")]
    public async Task H6_Token_pages_leak_nothing_and_load_nothing_foreign(string path)
    {
        using var client = monday.Web.BareClient();

        using var answer = await client.GetAsync(path + TokenIn(path == "/confirm/" ? "confirmation" : "issue", path), Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Headers.GetValues("X-Robots-Tag").Single().ShouldContain("noindex");
        Foreign().IsMatch(await answer.Content.ReadAsStringAsync(Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task H7_Signing_up_says_the_same_to_everybody()
    {
        using var client = monday.Web.BareClient();
        var answers = new List<(HttpStatusCode, string)>();

        foreach (var address in (string[])["reader-0001@example.com", "never.seen.before@example.com", "reader-0012@example.com"])
        {
            using var answer = await client.PostAsync(
                $"/{DemoContent.Slug}", new FormUrlEncodedContent([new("address", address)]), Cancel);
            answers.Add((answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        }

        answers[0].Item1.ShouldBe(HttpStatusCode.OK);
        answers.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task H8_Many_sign_ups_make_one_mail()
    {
        for (var i = 0; i < 5; i++)
        {
            await monday.SubscribeAsync("bombed@example.com", Cancel);
        }

        (await monday.Database.ScalarAsync<long>(
            "select count(*) from digest.notices n join digest.subscribers s on s.id = n.subscriber_id where s.address_key = 'bombed@example.com'")).ShouldBe(1);
    }

    [Theory]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("a@example.com>\r\nRCPT TO:<b@example.com")]
    [InlineData("no-at-sign")]
    [InlineData("nobody@nodot")]
    public void H9_Only_one_mailbox_that_can_be_mailed_is_taken(string address)
    {
        EmailAddress.Parse(address, out var problem).ShouldBeNull();
        problem.ShouldNotBeEmpty();
    }

    private string TokenIn(string kind, string path) => Regex.Match(monday[kind].Text, Regex.Escape(path) + @"([A-Za-z0-9_\-.]+)").Groups[1].Value;

    /// <summary>An asset from another host.</summary>
    [GeneratedRegex("<(script|img|link|iframe)[^>]+(src|href)=.https?://", RegexOptions.IgnoreCase)]
    private static partial Regex Foreign();
}
