using Digest.Subscribers;
using Shouldly;
using Xunit;

namespace Digest.Tests.Subscribers;

public sealed class TokenSettingsTests
{
    private static readonly string Secret = Convert.ToBase64String(new byte[32]);

    [Fact]
    public void Keys_of_digest_keys_are_right() => Valid().Problems().ShouldBeEmpty();

    [Fact]
    public void At_least_one_key_must_be_there()
    {
        var settings = Valid();
        settings.Keys.Clear();

        settings.Problems().ShouldHaveSingleItem().ShouldStartWith("Digest:Tokens:Keys ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("123456789")]
    [InlineData("a-b")]
    [InlineData("ä")]
    public void A_key_id_is_1_to_8_letters_or_digits(string id)
    {
        var settings = Valid();
        settings.Keys[0].Id = id;

        settings.Problems().ShouldHaveSingleItem().ShouldStartWith("Digest:Tokens:Keys:0:Id ");
    }

    [Fact]
    public void Two_keys_do_not_share_an_id()
    {
        var settings = Valid();
        settings.Keys.Add(new TokenKey { Id = "1", Secret = Secret });

        settings.Problems().ShouldHaveSingleItem().ShouldStartWith("Digest:Tokens:Keys:1:Id ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("dG9vIHNob3J0")]
    public void A_secret_is_base64_of_32_bytes_and_is_never_repeated(string secret)
    {
        var settings = Valid();
        settings.Keys[0].Secret = secret;
        settings.AddressSecret = secret;

        var problems = settings.Problems().ToList();

        problems.Count.ShouldBe(2);
        problems[0].ShouldStartWith("Digest:Tokens:Keys:0:Secret ");
        problems[1].ShouldStartWith("Digest:Tokens:AddressSecret ");
        problems.ShouldAllBe(problem => secret.Length == 0 || !problem.Contains(secret));
    }

    private static TokenSettings Valid() => new() { Keys = [new TokenKey { Id = "1", Secret = Secret }], AddressSecret = Secret };
}
