using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>A claim whose message is on its way, and what its mark will bear: the instant, and the relay that may have it from then on.</summary>
public sealed record Beginning(Claim Claim, DateTimeOffset At, string Relay);

/// <summary>The outcome of one try at one relay and what the ledger does about it.</summary>
public sealed record Settling(Claim Claim, Try Try, Settlement Settlement, string Relay);

/// <summary>
/// What a lane has to write between two messages: the outcome of the last and the mark of the next, in one transaction.
/// So there is never more than one message of a connection whose outcome the ledger does not know.
/// </summary>
/// <param name="settling">The outcome, if there was one.</param>
/// <param name="beginning">The mark, if there is a next.</param>
/// <param name="loop">Where its lane goes on, with its connection; without one anywhere.</param>
public sealed class LedgerStep(Settling? settling, Beginning? beginning, WireLoop? loop)
{
    private readonly TaskCompletionSource<bool> settled = NewSource(loop);
    private readonly TaskCompletionSource<bool> marked = NewSource(loop);

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

    /// <summary>The same as <see cref="Marked"/> for whoever has just completed it.</summary>
    internal bool WasMarked { get; private set; }

    internal void Complete(bool wasSettled, bool wasMarked)
    {
        WasMarked = wasMarked;
        GoOn(() =>
        {
            settled.TrySetResult(wasSettled);
            marked.TrySetResult(wasMarked);
        });
    }

    /// <summary>The mark is given up; what is to be settled stays to be settled.</summary>
    /// <returns>Whether there is anything left to write.</returns>
    internal bool FailMark(Exception error)
    {
        Beginning = null;
        GoOn(() =>
        {
            marked.TrySetException(error);
            // Nobody may be waiting for it any more.
            _ = marked.Task.Exception;
        });
        return Settling is not null;
    }

    private static TaskCompletionSource<bool> NewSource(WireLoop? loop) =>
        new(loop is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);

    private void GoOn(Action complete)
    {
        if (loop is null)
        {
            complete();
        }
        else
        {
            loop.Post(complete);
        }
    }
}
