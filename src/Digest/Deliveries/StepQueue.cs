namespace Digest.Deliveries;

/// <summary>Steps of all lanes that wait to be written, and which writer may take them. Safe to share between threads.</summary>
/// <param name="enough">
/// A writer that is not alone waits for so many steps: a commit of few costs nearly as much as one of many.
/// </param>
public sealed class StepQueue(int enough)
{
    private const int MostSteps = 500;

    private readonly object gate = new();
    private readonly Queue<LedgerStep> waiting = [];
    private int writing;
    private bool completed;

    private bool MayTake => waiting.Count > 0 && (writing == 0 || waiting.Count >= enough);

    /// <exception cref="InvalidOperationException">It is completed.</exception>
    public void Add(LedgerStep step)
    {
        lock (gate)
        {
            if (completed)
            {
                throw new InvalidOperationException("The ledger of this worker is closed.");
            }

            waiting.Enqueue(step);
            WakeOne();
        }
    }

    /// <summary>Waits, on the caller's thread, until there is something for it to write; it then calls <see cref="TakeAgain"/>.</summary>
    /// <returns>The steps; none when it is completed and empty.</returns>
    public List<LedgerStep> Take()
    {
        lock (gate)
        {
            return WaitAndTake();
        }
    }

    /// <summary>
    /// What it took is written: the writer takes what has come meanwhile, or waits as in <see cref="Take"/>. It is awake, so the other
    /// one is not woken for that: a thread put to sleep and woken for each commit is felt.
    /// </summary>
    /// <returns>The steps; none when it is completed and empty.</returns>
    public List<LedgerStep> TakeAgain()
    {
        lock (gate)
        {
            writing--;
            var taken = WaitAndTake();
            if (completed)
            {
                // The other may have waited for this one to leave.
                Monitor.PulseAll(gate);
            }

            return taken;
        }
    }

    /// <summary>The writer cannot write what it took yet, and waits: as if there were none, the other takes what there is.</summary>
    public void Rest()
    {
        lock (gate)
        {
            writing--;
            if (completed)
            {
                // Whoever waited for more will get no more.
                Monitor.PulseAll(gate);
            }

            WakeOne();
        }
    }

    /// <summary>The writer has waited, and counts again.</summary>
    public void Return()
    {
        lock (gate)
        {
            writing++;
        }
    }

    /// <summary>The writer tries again.</summary>
    /// <returns>What waits still, for it to write with the rest.</returns>
    public List<LedgerStep> Resume()
    {
        lock (gate)
        {
            writing++;
            return TakeWaiting();
        }
    }

    /// <summary>Nothing more is added; what waits is still to be taken.</summary>
    public void Complete()
    {
        lock (gate)
        {
            completed = true;
            Monitor.PulseAll(gate);
        }
    }

    private List<LedgerStep> WaitAndTake()
    {
        while (!MayTake && !(completed && waiting.Count == 0))
        {
            Monitor.Wait(gate);
        }

        writing++;
        return TakeWaiting();
    }

    private void WakeOne()
    {
        if (MayTake)
        {
            Monitor.Pulse(gate);
        }
    }

    private List<LedgerStep> TakeWaiting()
    {
        var taken = new List<LedgerStep>(Math.Min(waiting.Count, MostSteps));
        while (taken.Count < MostSteps && waiting.TryDequeue(out var step))
        {
            taken.Add(step);
        }

        return taken;
    }
}
