using Digest.Settings;
using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>A message could not be made from its claim; nothing of it was begun.</summary>
public sealed class NotComposedException(Exception why) : Exception(why.Message, why)
{
    /// <summary>An outcome that no relay gave; its sentence is what the operator reads in the search and in the alert.</summary>
    public SmtpOutcome Outcome { get; } = why switch
    {
        RefusedException => new(SmtpVerdict.Rejected, SmtpStage.Connect, Reply: "Not sent: the address cannot be written in a message."),
        _ when DatabaseAway.IsOne(why) => new(SmtpVerdict.NotSent, SmtpStage.Connect, Reply: "Not sent: the database did not answer."),
        _ => new(SmtpVerdict.OurFault, SmtpStage.Connect, Reply: why.Message),
    };
}
