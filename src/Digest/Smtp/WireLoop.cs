using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Digest.Smtp;

/// <summary>
/// A thread that waits for the sockets of many connections at once and runs there what follows from each reply. A reply of a busy
/// relay then wakes nobody, where .NET's own way wakes its socket thread and that one a thread of the pool; threads that slept and
/// were woken took a third of a sending worker's processor time (docs/decisions/0012). What runs here must not block.
/// </summary>
public sealed class WireLoop
{
    /// <summary>The other half of the cores is PostgreSQL's and the writers'; as many loops as cores wake each other.</summary>
    private static readonly WireLoop[] All =
        [.. Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount / 2)).Select(_ => new WireLoop(TimeSpan.FromSeconds(1)))];

    private static int next;

    private readonly long longestSleep;
    private readonly Lock gate = new();
    private readonly Lazy<Thread> thread;
    private readonly Socket waker = Waker();
    private readonly byte[] woken = new byte[64];
    private readonly List<WireWait> waits = [];
    private readonly List<WireWait> due = [];
    private readonly List<Socket> readable = [];
    private readonly List<Socket> writable = [];
    private readonly List<(long At, Action Action)> timers = [];
    private List<Action> posted = [];
    private List<Action> running = [];
    private bool sleeping;

    /// <param name="longestSleep">After which it looks by itself, whether or not it was woken.</param>
    public WireLoop(TimeSpan longestSleep)
    {
        this.longestSleep = (long)longestSleep.TotalMilliseconds;
        thread = new(() => new Thread(Run) { IsBackground = true, Name = "Wire" });
    }

    /// <summary>The loops of this process in turn.</summary>
    public static WireLoop Next() => All[(uint)Interlocked.Increment(ref next) % All.Length];

    /// <summary>Runs something on this thread, after what was posted before it.</summary>
    public void Post(Action action)
    {
        bool wake;
        lock (gate)
        {
            if (!thread.IsValueCreated)
            {
                thread.Value.Start();
            }

            posted.Add(action);
            (wake, sleeping) = (sleeping, false);
        }

        if (wake)
        {
            Wake();
        }
    }

    /// <summary>A machine may lose or refuse even a datagram to itself: the next post tries again, and the loop looks by itself.</summary>
    private void Wake()
    {
        try
        {
            waker.Send(stackalloc byte[1]);
        }
        catch (SocketException)
        {
            lock (gate)
            {
                sleeping = true;
            }
        }
    }

    /// <summary>Runs something on this thread when a while has passed.</summary>
    /// <param name="delay">Some milliseconds: to the millisecond, and no sooner.</param>
    /// <param name="action">Runs once.</param>
    public void After(TimeSpan delay, Action action)
    {
        var at = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        Post(() => timers.Add((at, action)));
    }

    internal void Add(WireWait wait)
    {
        if (thread.IsValueCreated && Thread.CurrentThread == thread.Value)
        {
            waits.Add(wait);
        }
        else
        {
            Post(() => waits.Add(wait));
        }
    }

    /// <summary>Ends a wait, unless it has ended.</summary>
    internal void Cancel(WireWait wait, short version) => Post(() =>
    {
        if (wait.Version == version && waits.Remove(wait))
        {
            wait.End(new OperationCanceledException());
        }
    });

    private void Run()
    {
        while (true)
        {
            RunPosted();
            Select();
            foreach (var wait in due)
            {
                wait.End();
            }

            due.Clear();
            RunTimers();
        }
    }

    private void RunTimers()
    {
        var now = Stopwatch.GetTimestamp();
        for (var i = 0; i < timers.Count;)
        {
            var (at, action) = timers[i];
            if (at > now)
            {
                i++;
                continue;
            }

            timers.RemoveAt(i);
            action();
        }
    }

    private void RunPosted()
    {
        lock (gate)
        {
            sleeping = false;
            (posted, running) = (running, posted);
        }

        foreach (var action in running)
        {
            action();
        }

        running.Clear();
    }

    /// <summary>Sleeps until a socket is ready, a wait has lasted too long or something is posted; moves what ends to <see cref="due"/>.</summary>
    private void Select()
    {
        var now = Environment.TickCount64;
        var sleep = Collect(now);
        lock (gate)
        {
            sleeping = posted.Count == 0;
            sleep = sleeping ? sleep : TimeSpan.Zero;
        }

        try
        {
            Socket.Select(readable, writable.Count > 0 ? writable : null, null, sleep);
        }
        catch (Exception error)
        {
            Fail(error);
            return;
        }

        var reads = 0;
        var writes = 0;
        if (readable.Count > 0 && readable[0] == waker)
        {
            waker.Receive(woken);
            reads++;
        }

        // What is ready stands in the order in which it was asked for.
        now = Environment.TickCount64;
        MoveDue(wait => wait.TakePlace(readable, ref reads, writable, ref writes) || wait.IsLate(now));
    }

    /// <summary>
    /// A socket was closed while it was waited for: its wait is over, the others are asked again. Whatever else it was, all are told,
    /// and a connection that is told of an error is not spoken on again.
    /// </summary>
    private void Fail(Exception error)
    {
        MoveDue(wait => wait.IsClosed);
        if (due.Count == 0)
        {
            // Whatever the machine lacks, asking again at once does not bring it.
            Thread.Sleep(10);
            WireWait[] all = [.. waits];
            waits.Clear();
            Array.ForEach(all, wait => wait.End(new IOException(error.Message, error)));
        }
    }

    private TimeSpan Collect(long now)
    {
        readable.Clear();
        writable.Clear();
        readable.Add(waker);
        var first = now + longestSleep;
        foreach (var wait in waits)
        {
            (wait.ForWriting ? writable : readable).Add(wait.Socket);
            first = Math.Min(first, wait.Deadline);
        }

        var sleep = Math.Max(0, first - now);
        foreach (var (at, _) in timers)
        {
            sleep = Math.Min(sleep, MillisecondsUntil(at));
        }

        return TimeSpan.FromMilliseconds(sleep);
    }

    /// <summary>Rounded up: a select that ends too soon is asked again at once.</summary>
    private static long MillisecondsUntil(long timestamp) =>
        Math.Max(0, (long)Math.Ceiling((timestamp - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency));

    private void MoveDue(Func<WireWait, bool> ends)
    {
        var kept = 0;
        for (var i = 0; i < waits.Count; i++)
        {
            if (ends(waits[i]))
            {
                due.Add(waits[i]);
            }
            else
            {
                waits[kept++] = waits[i];
            }
        }

        waits.RemoveRange(kept, waits.Count - kept);
    }

    /// <summary>A datagram to itself ends the sleep; nobody else's can come, as it is connected.</summary>
    private static Socket Waker()
    {
        var address = Socket.OSSupportsIPv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        socket.Connect(socket.LocalEndPoint!);
        return socket;
    }
}
