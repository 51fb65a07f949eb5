using Digest.Web;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

public sealed class WebSettingsTests
{
    [Fact]
    public void A_proxy_is_an_address_or_a_network()
    {
        var settings = new WebSettings { TrustForwardedHeaders = true, KnownProxies = ["10.0.0.4", "10.1.0.0/16", "2001:db8::1"] };

        settings.Problems().ShouldBeEmpty();
        settings.Networks().Select(network => network.ToString()).ShouldBe(["10.0.0.4/32", "10.1.0.0/16", "2001:db8::1/128"]);
    }

    [Fact]
    public void Anything_else_is_named_with_its_place() =>
        new WebSettings { TrustForwardedHeaders = true, KnownProxies = ["10.0.0.4", "proxy.example.net"] }.Problems()
            .ShouldHaveSingleItem().ShouldStartWith("Digest:Web:KnownProxies:1 ");

    [Fact]
    public void Proxies_that_are_not_trusted_are_a_mistake() =>
        new WebSettings { KnownProxies = ["10.0.0.4"] }.Problems().ShouldHaveSingleItem().ShouldContain("Digest:Web:TrustForwardedHeaders");
}
