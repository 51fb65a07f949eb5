using CsCheck;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories;

public sealed class CanonicalUrlTests
{
    [Theory]
    [InlineData("HTTPS://Example.ORG", "https://example.org/")]
    [InlineData("https://example.org:443/a", "https://example.org/a")]
    [InlineData("http://example.org:80/a", "http://example.org/a")]
    [InlineData("https://example.org:8443/a", "https://example.org:8443/a")]
    [InlineData("https://example.org./a", "https://example.org/a")]
    [InlineData("https://example.org/a#part", "https://example.org/a")]
    [InlineData("https://example.org/a?utm_source=x&b=2&UTM_Medium=y&a=1&fbclid=z", "https://example.org/a?b=2&a=1")]
    [InlineData("https://example.org/a?gclid=1", "https://example.org/a")]
    [InlineData("https://example.org/a?", "https://example.org/a")]
    [InlineData("https://example.org/a?b&&c=", "https://example.org/a?b&c=")]
    [InlineData("https://example.org/a?%75tm_source=x", "https://example.org/a")]
    [InlineData("https://example.org/a?pk_id=42&pk_campaign=x&PK_kwd=y&pk_cid=z", "https://example.org/a?pk_id=42")]
    [InlineData("https://example.org/A/../b/./c", "https://example.org/b/c")]
    [InlineData("https://example.org/%7ea%2fb%c3%a9", "https://example.org/~a%2Fb%C3%A9")]
    [InlineData("https://reader:secret@example.org/a", "https://example.org/a")]
    [InlineData("https://bücher.example.org/ü", "https://xn--bcher-kva.example.org/%C3%BC")]
    [InlineData("https://xn--bcher-kva.example.org/", "https://xn--bcher-kva.example.org/")]
    [InlineData("http://[2001:DB8::1]:80/x", "http://[2001:db8::1]/x")]
    [InlineData(" https://example.org/a ", "https://example.org/a")]
    public void One_page_has_one_spelling(string written, string canonical) => CanonicalUrl.Of(written).ShouldBe(canonical);

    [Theory]
    [InlineData("ftp://example.org/a")]
    [InlineData("mailto:a@example.org")]
    [InlineData("/a")]
    [InlineData("")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://")]
    public void What_is_no_page_has_none(string written) => CanonicalUrl.Of(written).ShouldBeNull();

    [Theory]
    [InlineData("https://example.org/a", "https://example.org/A")]
    [InlineData("https://example.org/a", "https://example.org/a/")]
    [InlineData("https://example.org/?a=1&b=2", "https://example.org/?b=2&a=1")]
    [InlineData("https://example.org/a%2Fb", "https://example.org/a/b")]
    [InlineData("http://example.org/a", "https://example.org/a")]
    public void What_may_be_two_pages_stays_two(string one, string other) => CanonicalUrl.Of(one).ShouldNotBe(CanonicalUrl.Of(other));

    [Fact]
    public void The_canonical_form_is_its_own_and_carries_nothing_that_counts_readers()
    {
        var part = Gen.OneOfConst(
            "a", "B", "%41", "%2f", "%2e", "%2E%2e", "%7E", "%75tm_x=", "%26", "%3f", "%zz", "%", "/", "//", "..", ".", "?", "&", "=", "utm_source=", "fbclid=1", "#", "ü", "日", " ", "\\", ":", "@", "+", "'", "|", "\"", "[", "%25", "%2541");
        Gen.Select(Gen.OneOfConst("http://", "HTTPS://"), Gen.OneOfConst("Example.org", "bücher.example", "example.org.", "example.org:80", "u:p@example.org", "127.1", "[::1]"), part.Array[0, 12])
            .Sample((scheme, host, parts) =>
            {
                var canonical = CanonicalUrl.Of($"{scheme}{host}/{string.Concat(parts)}");
                if (canonical is not null)
                {
                    CanonicalUrl.Of(canonical).ShouldBe(canonical);
                    canonical.ShouldNotContain("#");
                    canonical.Split('?', 2)[^1].Split('&').ShouldNotContain(parameter => canonical.Contains('?') && parameter.StartsWith("utm_", StringComparison.Ordinal));
                }
            }, iter: 5000);
    }

    [Fact]
    public void Any_text_has_a_canonical_form_or_none() => Gen.String.Sample(text => { CanonicalUrl.Of($"https://{text}"); }, iter: 5000);
}
