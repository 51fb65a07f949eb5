using MailKit.Net.Smtp;
using MailKit.Security;

namespace Digest.Smtp;

/// <summary>Why there is no usable connection: the relay is away (nothing is charged), or it will never take us as configured.</summary>
internal static class ConnectFailures
{
    public static bool IsOne(Exception exception) =>
        LostConnection.IsOne(exception) || exception is SmtpCommandException or AuthenticationException or NotSupportedException or SslHandshakeException;

    public static SmtpOutcome OutcomeOf(Exception exception) => exception switch
    {
        SmtpCommandException reply => SmtpOutcomes.Of(SmtpStage.Connect, (int)reply.StatusCode, reply.Message),
        AuthenticationException { InnerException: SmtpCommandException reply } => OfAuthentication(reply),
        AuthenticationException => SmtpOutcomes.OurFault(SmtpStage.Connect, "The relay did not take Digest:Smtp:UserName and Digest:Smtp:Password."),
        NotSupportedException => SmtpOutcomes.OurFault(SmtpStage.Connect, Missing(exception)),
        SslHandshakeException { ServerCertificate: not null } =>
            SmtpOutcomes.OurFault(SmtpStage.Connect, "The relay's certificate was not accepted: it must name Digest:Smtp:Host, come from an authority we trust (see Digest:Smtp:CaFile) and be checked for revocation (see Digest:Smtp:CheckRevocation)."),
        SslHandshakeException { InnerException: System.Security.Authentication.AuthenticationException } =>
            SmtpOutcomes.OurFault(SmtpStage.Connect, "The relay and we agree on no TLS; Digest:Smtp:Port and Digest:Smtp:Security may not fit each other."),
        _ => SmtpOutcomes.WithoutReply(SmtpStage.Connect, LostConnection.Describe(exception)),
    };

    /// <summary>A refused password stays refused; 454 is the relay's own trouble (RFC 4954 section 4.7.2).</summary>
    private static SmtpOutcome OfAuthentication(SmtpCommandException reply)
    {
        var outcome = SmtpOutcomes.Of(SmtpStage.Connect, (int)reply.StatusCode, reply.Message);
        return outcome.Code >= 500 ? outcome with { Verdict = SmtpVerdict.OurFault } : outcome;
    }

    private static string Missing(Exception exception) => exception.Message.Contains("STARTTLS", StringComparison.Ordinal)
        ? "The relay offers no STARTTLS, and nothing is sent in clear; see Digest:Smtp:Security."
        : "The relay offers no way to authenticate that we know; see Digest:Smtp:UserName.";
}
