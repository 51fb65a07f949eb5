using System.Security.Cryptography;
using Digest.Smtp;
using Digest.TestKit;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

public sealed class SmtpSettingsTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Plain_text_to_loopback_is_taken(string host)
    {
        Relay(settings => settings.Host = host).Problems().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("relay.example.com")]
    [InlineData("192.0.2.1")]
    [InlineData("localhost.example.com")]
    public void Plain_text_beyond_loopback_must_be_meant(string host)
    {
        Relay(settings => settings.Host = host).Problems().ShouldHaveSingleItem().ShouldStartWith("Digest:Smtp:Security ");
        Relay(settings => (settings.Host, settings.AllowPlaintext) = (host, true)).Problems().ShouldBeEmpty();
        Relay(settings => (settings.Host, settings.Security) = (host, SmtpSecurity.Tls)).Problems().ShouldBeEmpty();
    }

    [Fact]
    public void A_user_name_without_password_is_named_and_neither_is_repeated()
    {
        var problem = Relay(settings => settings.UserName = "digest-user").Problems().ShouldHaveSingleItem();

        problem.ShouldStartWith("Digest:Smtp:UserName ");
        problem.ShouldNotContain("digest-user");
    }

    [Theory]
    [InlineData("vm")]
    [InlineData("localhost")]
    [InlineData("digest example.com")]
    [InlineData("https://example.com")]
    public void E1_LocalDomain_is_a_full_name(string name)
    {
        Relay(settings => settings.LocalDomain = name).Problems().ShouldHaveSingleItem().ShouldStartWith("Digest:Smtp:LocalDomain ");
    }

    [Fact]
    public void A_CaFile_that_is_missing_or_empty_of_certificates_is_named()
    {
        Relay(settings => settings.CaFile = "/nowhere/ca.pem").Problems().ShouldHaveSingleItem().ShouldStartWith("Digest:Smtp:CaFile ");

        var file = Path.GetTempFileName();
        Relay(settings => settings.CaFile = file).Problems().ShouldHaveSingleItem().ShouldStartWith("Digest:Smtp:CaFile ");
        File.Delete(file);
    }

    [Fact]
    public void Dkim_is_all_or_nothing()
    {
        new DkimSettings().Problems().ShouldBeEmpty();
        new DkimSettings { Domain = "", Selector = " ", PrivateKey = null }.Problems().ShouldBeEmpty();
        Mails.Dkim.Problems().ShouldBeEmpty();
        new DkimSettings { Domain = "example.com" }.Problems().ShouldHaveSingleItem().ShouldContain("belong together");
        new DkimSettings { PrivateKey = Mails.Dkim.PrivateKey }.Problems().ShouldHaveSingleItem().ShouldContain("belong together");
    }

    [Fact]
    public void A_key_may_write_its_line_ends_as_backslash_n()
    {
        var settings = Dkim(Mails.Dkim.PrivateKey!.Replace("\n", "\\n", StringComparison.Ordinal));

        settings.Problems().ShouldBeEmpty();
        using var composer = new MessageComposer(Options.Create(settings));
        DkimCheck.Verify(composer.Bytes(Mails.Issue), Mails.Key).ShouldBeTrue();
    }

    [Fact]
    public void C2_a_key_below_2048_bits_is_named_and_not_repeated()
    {
        using var small = RSA.Create(1024);
        var pem = small.ExportPkcs8PrivateKeyPem();

        var problem = Dkim(pem).Problems().ShouldHaveSingleItem();

        problem.ShouldStartWith("Digest:Dkim:PrivateKey has 1024 bits");
        problem.ShouldNotContain(pem.Split('\n')[1]);
    }

    [Fact]
    public void What_is_no_private_key_is_named_and_not_repeated()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] wrong = ["garbage", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", Mails.Key.ExportSubjectPublicKeyInfoPem(), curve.ExportPkcs8PrivateKeyPem()];

        foreach (var pem in wrong)
        {
            var problem = Dkim(pem).Problems().ShouldHaveSingleItem();
            problem.ShouldStartWith("Digest:Dkim:PrivateKey must be");
            problem.ShouldNotContain(pem);
        }
    }

    [Theory]
    [InlineData("example", "mail", "Digest:Dkim:Domain ")]
    [InlineData("exa mple.com", "mail", "Digest:Dkim:Domain ")]
    [InlineData("example.com", "ma il", "Digest:Dkim:Selector ")]
    [InlineData("example.com", "mail; d=evil", "Digest:Dkim:Selector ")]
    public void Dkim_names_are_domain_names(string domain, string selector, string named)
    {
        new DkimSettings { Domain = domain, Selector = selector, PrivateKey = Mails.Dkim.PrivateKey }
            .Problems().ShouldHaveSingleItem().ShouldStartWith(named);
    }

    private static SmtpSettings Relay(Action<SmtpSettings> change)
    {
        var settings = new SmtpSettings { Host = "127.0.0.1", Security = SmtpSecurity.None, LocalDomain = "digest.example.com" };
        change(settings);
        return settings;
    }

    private static DkimSettings Dkim(string pem) => new() { Domain = "example.com", Selector = "mail", PrivateKey = pem };
}
