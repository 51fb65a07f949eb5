namespace Digest.Deliveries;

/// <summary>
/// A claim that a lane holds while its last message is under way. It is the queue's until its turn: a relay or a connection that
/// says nothing must not keep it from another.
/// </summary>
/// <param name="claim">What is held.</param>
/// <param name="since">From when.</param>
public sealed class HeldClaim(Claim claim, DateTimeOffset since)
{
    public Claim Claim { get; } = claim;

    public DateTimeOffset Since { get; } = since;
}
