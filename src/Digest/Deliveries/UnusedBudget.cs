namespace Digest.Deliveries;

/// <summary>
/// Messages that were counted under limits, for a claim or to be claimed, and that no relay was asked to take. Gathered here until the
/// next look at the budgets, as a lane has better to do. Safe to share between threads.
/// </summary>
public sealed class UnusedBudget
{
    private readonly Lock gate = new();
    private Dictionary<string, int> unused = [];

    /// <summary>
    /// A claim that was given back without a try, and that was the worker's until then: whoever takes one away gives back what it was
    /// counted under (<see cref="SendBudgets.ReturnOf"/>).
    /// </summary>
    public void Add(Claim claim)
    {
        if (claim.Limits is { Count: > 0 } limits)
        {
            Add(limits, 1);
        }
    }

    /// <summary>The same, if it is one of those that were still the worker's.</summary>
    public void Add(Claim claim, IReadOnlySet<(LedgerKey Key, DateTimeOffset ClaimedAt)> released)
    {
        if (released.Contains((claim.Key, claim.ClaimedAt)))
        {
            Add(claim);
        }
    }

    /// <summary>Messages that were counted and that nothing was claimed for.</summary>
    public void Add(IReadOnlyList<Budget> limits, int messages)
    {
        if (messages == 0)
        {
            return;
        }

        lock (gate)
        {
            foreach (var limit in limits)
            {
                unused[limit.Key] = unused.GetValueOrDefault(limit.Key) + messages;
            }
        }
    }

    /// <summary>Writes what has gathered; what could not be written gathers again.</summary>
    public async Task ReturnAsync(SendBudgets budgets, CancellationToken cancellationToken)
    {
        var messages = Take();
        if (messages.Count == 0)
        {
            return;
        }

        try
        {
            await budgets.ReturnAsync(messages, cancellationToken);
        }
        catch
        {
            PutBack(messages);
            throw;
        }
    }

    private Dictionary<string, int> Take()
    {
        lock (gate)
        {
            var taken = unused;
            unused = taken.Count == 0 ? taken : [];
            return taken;
        }
    }

    private void PutBack(Dictionary<string, int> messages)
    {
        lock (gate)
        {
            foreach (var (key, count) in messages)
            {
                unused[key] = unused.GetValueOrDefault(key) + count;
            }
        }
    }
}
