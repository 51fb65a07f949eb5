using Digest.Local.Mailbox;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>TLS and AUTH: what is not safe is not spoken.</summary>
public sealed class SmtpSecurityTests
{
    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task C11_a_relay_with_a_certificate_from_CaFile_is_sent_to_over_TLS(SmtpSecurity security)
    {
        using var certificates = new TestCertificates();
        await using var relay = await StartAsync(certificates, security, settings => settings.CaFile = certificates.CaFile);

        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);

        relay.Server.Connections.ShouldBe(1);
        relay.Commands("STARTTLS").Count.ShouldBe(security == SmtpSecurity.StartTls ? 1 : 0);
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task C11_a_certificate_that_nobody_we_trust_signed_is_our_fault_and_gets_nothing(SmtpSecurity security)
    {
        using var certificates = new TestCertificates();
        await using var relay = await StartAsync(certificates, security);

        await ShouldBeOurFault(relay, "certificate");
    }

    [Fact]
    public async Task C11_a_certificate_for_another_name_is_our_fault_and_gets_nothing()
    {
        using var certificates = new TestCertificates("other.example.com");
        await using var relay = await StartAsync(certificates, SmtpSecurity.StartTls, settings => settings.CaFile = certificates.CaFile);

        await ShouldBeOurFault(relay, "certificate");
    }

    [Fact]
    public async Task C11_a_relay_without_STARTTLS_gets_neither_AUTH_nor_MAIL()
    {
        await using var relay = await Relay.StartAsync(
            new MailboxOptions { Extensions = ["AUTH PLAIN LOGIN"] },
            settings =>
            {
                settings.Security = SmtpSecurity.StartTls;
                settings.UserName = "digest";
                settings.Password = "secret";
            });

        await ShouldBeOurFault(relay, "STARTTLS");
        relay.Commands("AUTH").ShouldBeEmpty();
    }

    [Fact]
    public async Task C11_implicit_TLS_to_a_port_that_speaks_clear_is_our_fault()
    {
        await using var relay = await Relay.StartAsync(configure: settings => settings.Security = SmtpSecurity.Tls);

        await ShouldBeOurFault(relay, "Digest:Smtp:Port");
    }

    [Fact]
    public async Task A_user_name_logs_in_before_the_first_message()
    {
        await using var relay = await StartWithLoginAsync();

        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);
        (await relay.SendAsync()).Verdict.ShouldBe(SmtpVerdict.Accepted);

        relay.Commands("AUTH").Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("535 5.7.8 wrong password", SmtpVerdict.OurFault)]
    [InlineData("454 4.7.0 try later", SmtpVerdict.NotSent)]
    public async Task E3_a_refused_password_is_our_fault_and_a_tired_relay_is_not(string reply, SmtpVerdict verdict)
    {
        await using var relay = await StartWithLoginAsync();
        relay.Server.Script.On(SmtpStep.Auth).Reply(reply);

        var outcome = await relay.SendAsync();

        outcome.ShouldBe(new SmtpOutcome(verdict, SmtpStage.Connect, int.Parse(reply[..3], null), reply.Split(' ')[1], reply[4..]));
        relay.Commands("MAIL").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_relay_that_offers_no_login_is_our_fault_when_we_have_one()
    {
        await using var relay = await Relay.StartAsync(configure: settings =>
        {
            settings.UserName = "digest";
            settings.Password = "secret";
        });

        await ShouldBeOurFault(relay, "Digest:Smtp:UserName");
    }

    private static Task<Relay> StartAsync(TestCertificates certificates, SmtpSecurity security, Action<SmtpSettings>? configure = null) =>
        Relay.StartAsync(
            new MailboxOptions
            {
                Certificate = certificates.Relay,
                StartTls = security == SmtpSecurity.StartTls,
                ImplicitTls = security == SmtpSecurity.Tls,
            },
            settings =>
            {
                settings.Security = security;
                configure?.Invoke(settings);
            });

    private static Task<Relay> StartWithLoginAsync() => Relay.StartAsync(
        new MailboxOptions { Extensions = ["AUTH PLAIN LOGIN"] },
        settings =>
        {
            settings.UserName = "digest";
            settings.Password = "secret";
        });

    private static async Task ShouldBeOurFault(Relay relay, string named)
    {
        var outcome = await relay.SendAsync();

        outcome.Verdict.ShouldBe(SmtpVerdict.OurFault);
        outcome.Stage.ShouldBe(SmtpStage.Connect);
        outcome.Reply!.ShouldContain(named);
        relay.Commands("MAIL").ShouldBeEmpty();
        relay.Server.Store.All.ShouldBeEmpty();
    }
}
