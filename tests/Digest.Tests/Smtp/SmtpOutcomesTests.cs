using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>The table from stage and reply to verdict.</summary>
public sealed class SmtpOutcomesTests
{
    [Theory]
    // Acceptance: any 2yz to the dot (E10).
    [InlineData(SmtpStage.Reply, 250, "2.0.0 queued as 4ABC", SmtpVerdict.Accepted)]
    [InlineData(SmtpStage.Reply, 251, "will forward", SmtpVerdict.Accepted)]
    [InlineData(SmtpStage.Reply, 252, "", SmtpVerdict.Accepted)]
    // Temporary (E2).
    [InlineData(SmtpStage.Mail, 451, "4.3.0 later", SmtpVerdict.Deferred)]
    [InlineData(SmtpStage.Recipient, 450, "4.2.0 greylisted", SmtpVerdict.Deferred)]
    [InlineData(SmtpStage.Recipient, 452, "4.2.2 mailbox full", SmtpVerdict.Deferred)]
    [InlineData(SmtpStage.Data, 451, "later", SmtpVerdict.Deferred)]
    [InlineData(SmtpStage.Reply, 451, "4.7.28 unusual rate", SmtpVerdict.Deferred)]
    [InlineData(SmtpStage.Recipient, 450, "5.1.1 the digits decide", SmtpVerdict.Deferred)]
    // The session ends, nobody is refused (E4); Gmail documents 421 5.7.32 (E14).
    [InlineData(SmtpStage.Connect, 421, "4.3.2 too busy", SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Mail, 421, "4.4.2 idle", SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Recipient, 421, "4.7.28 rate", SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Data, 421, "", SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Reply, 421, "5.7.32 not aligned", SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Connect, 554, "5.7.1 go away", SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Connect, 502, "no EHLO", SmtpVerdict.NotSent)]
    // Ours (E3): everything permanent at MAIL, policy anywhere, size, sender, authentication.
    [InlineData(SmtpStage.Mail, 550, "5.1.1 no such sender", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Mail, 550, "5.7.515 access denied", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Mail, 552, "5.3.4 too big", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Mail, 530, "5.7.0 must issue STARTTLS", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Recipient, 530, "authenticate first", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Recipient, 550, "5.7.1 relaying denied", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Recipient, 550, "4.7.1 the digits decide", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Recipient, 550, "5.1.8 sender's domain", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Data, 554, "5.7.1 no", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Reply, 550, "5.7.26 unauthenticated", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Reply, 552, "5.3.4 too big", SmtpVerdict.OurFault)]
    [InlineData(SmtpStage.Reply, 552, "too big", SmtpVerdict.OurFault)]
    // The mailbox does not exist (F4): only by enhanced code.
    [InlineData(SmtpStage.Recipient, 550, "5.1.1 no such user", SmtpVerdict.NoSuchMailbox)]
    [InlineData(SmtpStage.Recipient, 550, "5.1.2 no such domain", SmtpVerdict.NoSuchMailbox)]
    [InlineData(SmtpStage.Recipient, 501, "5.1.3 bad syntax", SmtpVerdict.NoSuchMailbox)]
    [InlineData(SmtpStage.Recipient, 551, "5.1.6 moved", SmtpVerdict.NoSuchMailbox)]
    [InlineData(SmtpStage.Recipient, 550, "5.1.10 null MX", SmtpVerdict.NoSuchMailbox)]
    [InlineData(SmtpStage.Reply, 550, "5.1.1 no such user", SmtpVerdict.NoSuchMailbox)]
    // Permanent, without suppression.
    [InlineData(SmtpStage.Recipient, 550, "user unknown", SmtpVerdict.Rejected)]
    [InlineData(SmtpStage.Recipient, 550, "4.1.1 disagreeing codes", SmtpVerdict.Rejected)]
    [InlineData(SmtpStage.Recipient, 550, "5.1.15 another code", SmtpVerdict.Rejected)]
    [InlineData(SmtpStage.Recipient, 550, "5.2.1 disabled, or over its rate", SmtpVerdict.Rejected)]
    [InlineData(SmtpStage.Recipient, 552, "5.2.2 full", SmtpVerdict.Rejected)]
    [InlineData(SmtpStage.Recipient, 553, "no such name", SmtpVerdict.Rejected)]
    [InlineData(SmtpStage.Data, 554, "5.5.1 no valid recipients", SmtpVerdict.Rejected)]
    [InlineData(SmtpStage.Reply, 554, "5.6.0 content", SmtpVerdict.Rejected)]
    // Out of step.
    [InlineData(SmtpStage.Data, 250, "ok?", SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Reply, 354, "go on?", SmtpVerdict.InDoubt)]
    public void E14_stage_and_digits_and_enhanced_code_decide(SmtpStage stage, int code, string text, SmtpVerdict verdict)
    {
        SmtpOutcomes.Of(stage, code, text).Verdict.ShouldBe(verdict);
    }

    [Theory]
    [InlineData("5.1.1 no such user", "5.1.1")]
    [InlineData("4.7.28 rate", "4.7.28")]
    [InlineData("2.0.0", "2.0.0")]
    [InlineData("see 5.1.1", null)]
    [InlineData("3.1.1 no class", null)]
    [InlineData("5.1.1234 no code", null)]
    [InlineData("", null)]
    public void E14_the_enhanced_code_opens_the_text(string text, string? expected)
    {
        SmtpOutcomes.Of(SmtpStage.Recipient, 550, text).EnhancedCode.ShouldBe(expected);
    }

    [Theory]
    [InlineData("5.1.1 <reader@example.org>: no such user", "5.1.1 <[address]>: no such user")]
    [InlineData("reader+tag@mail.example.org unknown", "[address] unknown")]
    [InlineData("\"odd local\"@example.org unknown", "[address] unknown")]
    [InlineData("user=reader@example.org; rcpt=b+17.abc@bounces.example.com", "[address]; [address]")]
    [InlineData("ünïcode@exämple.org.", "[address]")]
    [InlineData("first\r\nsecond", "first  second")]
    [InlineData("2.0.0 Ok: queued as 4Fx7Yz", "2.0.0 Ok: queued as 4Fx7Yz")]
    public void The_reply_is_kept_without_addresses_on_one_line(string text, string kept)
    {
        SmtpOutcomes.Of(SmtpStage.Recipient, 550, text).Reply.ShouldBe(kept);
    }

    [Fact]
    public void The_reply_is_cut_at_500_characters()
    {
        SmtpOutcomes.Of(SmtpStage.Recipient, 550, new string('x', 2000)).Reply!.Length.ShouldBe(500);
    }

    [Theory]
    [InlineData(SmtpStage.Connect, SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Mail, SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Recipient, SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Data, SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Body, SmtpVerdict.NotSent)]
    [InlineData(SmtpStage.Reply, SmtpVerdict.InDoubt)]
    public void E6_silence_is_doubt_only_after_the_final_dot(SmtpStage stage, SmtpVerdict verdict)
    {
        SmtpOutcomes.WithoutReply(stage, "The connection was lost.").Verdict.ShouldBe(verdict);
    }
}
