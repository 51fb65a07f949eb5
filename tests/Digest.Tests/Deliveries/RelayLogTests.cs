using Digest.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>What three relays write of a message that they took, and of one that they did not.</summary>
public sealed class RelayLogTests
{
    private const string Ours = "abcdefghijklmnopqrstuvwx23@example.com";

    [Theory]
    [InlineData("""
        Nov 23 07:00:01 mx postfix/smtpd[811]: 4XyZ1A2b3Cz9: client=worker[192.0.2.1]
        Nov 23 07:00:01 mx postfix/cleanup[812]: 4XyZ1A2b3Cz9: message-id=<abcdefghijklmnopqrstuvwx23@example.com>
        Nov 23 07:00:01 mx postfix/qmgr[813]: 4XyZ1A2b3Cz9: from=<b+x@bounces.example.com>, size=25123, nrcpt=1 (queue active)
        """)]
    [InlineData("""
        2026-11-23T07:00:01.123456+00:00 mx postfix/cleanup[812]: 9F2A41C0DE: message-id=<abcdefghijklmnopqrstuvwx23@example.com>
        2026-11-23T07:00:02.123456+00:00 mx postfix/smtp[814]: 9F2A41C0DE: to=<r@example.org>, relay=mx.example.org[198.51.100.2]:25, delay=1, dsn=4.2.0, status=deferred (host said: 450 later)
        """)]
    [InlineData("""
        2026-11-23 07:00:01 1tZ0Ab-000000001Cd-2E3f <= b+x@bounces.example.com H=(worker) [192.0.2.1] P=esmtps S=25123 id=abcdefghijklmnopqrstuvwx23@example.com
        """)]
    [InlineData("""
        Nov 23 07:00:01 mx sm-mta[901]: 4AN701xy000901: from=<b+x@bounces.example.com>, size=25123, class=0, nrcpts=1, msgid=<abcdefghijklmnopqrstuvwx23@example.com>, proto=ESMTP, relay=worker [192.0.2.1]
        Nov 23 07:00:02 mx sm-mta[903]: 4AN701xy000901: to=<r@example.org>, delay=00:00:01, mailer=esmtp, relay=mx.example.org. [198.51.100.2], dsn=2.0.0, stat=Sent (OK)
        """)]
    public void What_it_took_is_seen(string log) => Taken(log).ShouldBe([Ours]);

    [Theory]
    // The header was read and the message then refused, or the connection lost.
    [InlineData("""
        Nov 23 07:00:01 mx postfix/cleanup[812]: 4XyZ1A2b3Cz9: message-id=<abcdefghijklmnopqrstuvwx23@example.com>
        Nov 23 07:00:01 mx postfix/cleanup[812]: 4XyZ1A2b3Cz9: milter-reject: END-OF-MESSAGE from worker[192.0.2.1]: 5.7.1 spam
        """)]
    // The name in the queue belongs to another message by now.
    [InlineData("""
        Nov 23 07:00:01 mx postfix/cleanup[812]: 9F2A41C0DE: message-id=<abcdefghijklmnopqrstuvwx23@example.com>
        Nov 23 07:09:01 mx postfix/cleanup[812]: 9F2A41C0DE: message-id=<another@example.com>
        Nov 23 07:09:01 mx postfix/qmgr[813]: 9F2A41C0DE: from=<b+y@bounces.example.com>, size=25123, nrcpt=1 (queue active)
        """)]
    [InlineData("""
        2026-11-23 07:00:01 1tZ0Ab-000000001Cd-2E3f H=(worker) [192.0.2.1] F=<b+x@bounces.example.com> rejected after DATA: no id=abcdefghijklmnopqrstuvwx23@example.com
        """)]
    [InlineData("2026-11-23 07:00:01 1tZ0Ab-000000001Cd-2E3f <= b+x@bounces.example.com P=esmtps S=9 id=abcdefghijklmnopqrstuvwx22@example.com")]
    [InlineData("2026-11-23 07:00:01 1tZ0Ab-000000001Cd-2E3f <= b+x@bounces.example.com P=esmtps S=9 id=abcdefghijklmnopqrstuvwx23@example.community")]
    [InlineData("")]
    public void What_it_did_not_take_is_not(string log) => Taken(log).ShouldBeEmpty();

    [Theory]
    [InlineData("Nov 23 07:00:02 mx postfix/smtp[814]: 4XyZ1A2b3Cz9: to=<reader@example.org>, status=sent (250 ok)", true)]
    [InlineData("2026-11-23 07:00:01 1tZ0Ab-000000001Cd-2E3f <= another@example.com P=esmtps S=9 id=another@example.com", true)]
    [InlineData("address,state\nreader@example.org,confirmed", false)]
    [InlineData("", false)]
    public void It_knows_a_log_by_its_messages_and_not_by_ours(string log, bool isLog) => Read(log).IsLog.ShouldBe(isLog);

    private static IReadOnlySet<string> Taken(string log) => Read(log).Taken;

    private static RelayLog Read(string log)
    {
        var reading = new RelayLog([Ours]);
        foreach (var line in log.Split('\n'))
        {
            reading.Read(line.Trim());
        }

        return reading;
    }
}
