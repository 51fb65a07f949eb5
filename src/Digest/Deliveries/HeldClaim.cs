namespace Digest.Deliveries;

/// <summary>
/// A claim that a lane holds while its last message is under way. It is the queue's until its turn: a relay that says nothing must
/// not keep it from another.
/// </summary>
public sealed class HeldClaim(Claim claim)
{
    public Claim Claim { get; } = claim;
}
