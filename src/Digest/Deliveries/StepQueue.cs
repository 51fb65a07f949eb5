using Digest.Smtp;

namespace Digest.Deliveries;

/// <summary>
/// Steps of all lanes that wait to be written, and which writer gets them. A commit of one step costs nearly what one of ten does,
/// so they are gathered. Safe to share between threads.
/// </summary>
/// <param name="lanes">How many there are, each with one step at most.</param>
/// <param name="loop">Where a writer goes on.</param>
public sealed class StepQueue(int lanes, WireLoop loop)
{
    /// <summary>
    /// Steps of one commit: more make each of them wait for the others, and lanes whose steps were one commit stay in step, as their
    /// relay answers all after the same while.
    /// </summary>
    private const int MostSteps = 16;

    /// <summary>
    /// How long the steps of the other lanes are waited for: less than a relay takes to ask for the text of a message whose mark
    /// waits here, unless it is very near, and then all are there sooner.
    /// </summary>
    private static readonly TimeSpan LongestGathering = TimeSpan.FromMilliseconds(1);

    /// <summary>After so many gatherings in vain, one after the other, one commit in so many tries again.</summary>
    private const int MostPassedOver = 64;

    /// <summary>So many are a commit, without waiting for more, and one of their own while another is under way.</summary>
    private readonly int enough = Math.Min(lanes, MostSteps);

    private readonly Lock gate = new();
    private readonly Queue<LedgerStep> waiting = [];

    /// <summary>The last to come is served first: its connection's statements are prepared.</summary>
    private readonly Stack<TaskCompletionSource<List<LedgerStep>>> idle = [];

    private int writing;
    private bool completed;

    /// <summary>How often steps were gathered, and whether they are now.</summary>
    private int gatherings;
    private bool gathering;

    /// <summary>How many commits pass before steps are gathered again, and how many still have to.</summary>
    private int passedOver;
    private int toPassOver;

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
            Serve();
        }
    }

    /// <summary>Waits until there is something for a writer to write; it then calls <see cref="TakeAgainAsync"/>.</summary>
    /// <returns>The steps; none when it is completed and empty.</returns>
    public Task<List<LedgerStep>> TakeAsync()
    {
        lock (gate)
        {
            return Take();
        }
    }

    /// <summary>What it took is written: the writer waits for what is next.</summary>
    /// <returns>As <see cref="TakeAsync"/>.</returns>
    public Task<List<LedgerStep>> TakeAgainAsync()
    {
        lock (gate)
        {
            writing--;
            return Take();
        }
    }

    /// <summary>The writer cannot write what it took yet, and waits: as if there were none, another takes what there is.</summary>
    public void Rest()
    {
        lock (gate)
        {
            writing--;
            Serve();
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
            Serve();
        }
    }

    private Task<List<LedgerStep>> Take()
    {
        var taker = new TaskCompletionSource<List<LedgerStep>>();
        idle.Push(taker);
        Serve();
        return taker.Task;
    }

    private void Serve()
    {
        while (MayTake && idle.Count > 0 && !Gathers())
        {
            HandOver();
        }

        while (completed && waiting.Count == 0 && idle.TryPop(out var last))
        {
            loop.Post(() => last.SetResult([]));
        }
    }

    /// <returns>Whether more are waited for.</returns>
    private bool Gathers()
    {
        if (waiting.Count >= enough || completed)
        {
            passedOver = 0;
            return false;
        }

        if (!gathering && toPassOver > 0)
        {
            toPassOver--;
            return false;
        }

        if (!gathering)
        {
            gathering = true;
            var number = ++gatherings;
            loop.After(LongestGathering, () => EndGathering(number));
        }

        return true;
    }

    private void EndGathering(int number)
    {
        lock (gate)
        {
            if (gathering && number == gatherings)
            {
                gathering = false;
                // The relay is slow, or some lanes have nothing to do: who waits for them waits in vain.
                passedOver = Math.Clamp(passedOver * 2, 1, MostPassedOver);
                toPassOver = passedOver;
                if (MayTake && idle.Count > 0)
                {
                    HandOver();
                }
            }
        }
    }

    private void HandOver()
    {
        gathering = false;
        writing++;
        var taker = idle.Pop();
        var steps = TakeWaiting();
        loop.Post(() => taker.SetResult(steps));
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
