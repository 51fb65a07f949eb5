namespace Digest.Smtp;

/// <summary>What is known of one message to one person, an issue's or a notice's. Stored as its snake_case name.</summary>
public enum DeliveryState
{
    /// <summary>Waits for its due instant.</summary>
    Queued,

    /// <summary>A worker holds it.</summary>
    Claimed,

    /// <summary>The server took responsibility with a 2yz to the final dot.</summary>
    Accepted,

    /// <summary>A transient refusal; waits for its next try.</summary>
    Deferred,

    /// <summary>A permanent refusal of this recipient or message.</summary>
    Rejected,

    /// <summary>The message may have been accepted and no reply was recorded. Never silently sent again.</summary>
    InDoubt,

    /// <summary>The reader left or the address was suppressed between queue and claim.</summary>
    Suppressed,

    /// <summary>The issue was cancelled first.</summary>
    Cancelled,

    /// <summary>Nobody accepted it in time.</summary>
    Expired,
}
