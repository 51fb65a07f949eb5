namespace Digest.Deliveries;

/// <summary>A claim whose message is on its way, and what its mark will bear: the instant, and the relay that may have it from then on.</summary>
public sealed record Beginning(Claim Claim, DateTimeOffset At, string Relay);

/// <summary>The outcome of one try at one relay and what the ledger does about it.</summary>
public sealed record Settling(Claim Claim, Try Try, Settlement Settlement, string Relay);

/// <summary>
/// What a lane has to write between two messages: the outcome of the last and the mark of the next, in one transaction.
/// So there is never more than one message of a connection whose outcome the ledger does not know.
/// </summary>
public sealed class LedgerStep(Settling? settling, Beginning? beginning)
{
    private readonly TaskCompletionSource<bool> settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> marked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Settling? Settling { get; } = settling;

    public Beginning? Beginning { get; private set; } = beginning;

    /// <summary>Committed; whether the row was still ours. Waits however long the database is away.</summary>
    public Task<bool> Settled => settled.Task;

    /// <summary>
    /// Committed; whether the message may be completed. Fails when the database did not answer: the mark may stand, and
    /// nothing may be sent.
    /// </summary>
    public Task<bool> Marked => marked.Task;

    /// <returns>Whether the message might be completed; none when the database did not answer.</returns>
    internal async Task<bool?> IsMarkedAsync()
    {
        try
        {
            return await Marked;
        }
        catch (Exception)
        {
            return null;
        }
    }

    internal void Complete(bool wasSettled, bool wasMarked)
    {
        settled.TrySetResult(wasSettled);
        marked.TrySetResult(wasMarked);
    }

    /// <summary>The mark is given up; what is to be settled stays to be settled.</summary>
    /// <returns>Whether there is anything left to write.</returns>
    internal bool FailMark(Exception error)
    {
        Beginning = null;
        marked.TrySetException(error);
        // Nobody may be waiting for it any more.
        _ = marked.Task.Exception;
        return Settling is not null;
    }
}
