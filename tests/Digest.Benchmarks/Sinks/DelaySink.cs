using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Digest.Benchmarks.Sinks;

/// <summary>
/// A sink of our own, for what smtp-sink cannot do: it waits before each final reply for less than a second, notes when
/// the first RCPT came, and knows who had a message already. One thread for all connections, as smtp-sink: what a sink takes of
/// the machine the engine that is measured has not.
/// </summary>
internal sealed class DelaySink : ISink
{
    /// <summary>After which it looks whether it is to end.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(50);

    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Dictionary<Socket, SinkConversation> conversations = [];

    /// <summary>Whose final reply is due, and when; each waits as long, so they are due in turn.</summary>
    private readonly Queue<(long At, SinkConversation Conversation)> due = [];

    private readonly TimeSpan delay;
    private readonly int[] messagesTo;
    private readonly TaskCompletionSource<DateTimeOffset> firstRecipient = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread thread;
    private volatile bool closing;
    private long messages;
    private long bytes;
    private long doubled;
    private long waited;

    /// <param name="delay">From the final dot to its reply.</param>
    /// <param name="readers">Numbers of readers go from 1 to this.</param>
    public DelaySink(TimeSpan delay, int readers)
    {
        this.delay = delay;
        messagesTo = new int[readers + 1];
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1000);
        thread = new Thread(Run) { IsBackground = true, Name = "Sink" };
        thread.Start();
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public long Messages => Interlocked.Read(ref messages);

    public long Doubled => Interlocked.Read(ref doubled);

    /// <summary>Bytes between DATA's reply and the final dot, of all messages.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>From a final dot to its reply, as it came out.</summary>
    public TimeSpan MeanDelay => TimeSpan.FromSeconds(Interlocked.Read(ref waited) / (double)Stopwatch.Frequency / Math.Max(1, Messages));

    /// <summary>The instant of the first RCPT.</summary>
    public Task<DateTimeOffset> FirstRecipient => firstRecipient.Task;

    /// <summary>Every message, where <see cref="Keeps"/> says so.</summary>
    public ConcurrentBag<byte[]> Kept { get; } = [];

    public bool Keeps { get; init; }

    public ValueTask DisposeAsync()
    {
        closing = true;
        thread.Join();
        return ValueTask.CompletedTask;
    }

    internal void Recipient() => firstRecipient.TrySetResult(DateTimeOffset.UtcNow);

    /// <summary>A whole message came; its conversation goes on when its reply is due.</summary>
    internal void Take(SinkConversation from, byte[] kept)
    {
        if (Keeps)
        {
            Kept.Add(kept);
        }

        due.Enqueue((Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency), from));
    }

    private void Run()
    {
        var readable = new List<Socket>();
        while (!closing)
        {
            readable.Clear();
            readable.Add(listener);
            // Whoever waits for a reply is read when it has got it.
            readable.AddRange(conversations.Values.Where(conversation => !conversation.IsWaiting).Select(conversation => conversation.Socket));
            Socket.Select(readable, null, null, UntilDue());
            foreach (var socket in readable)
            {
                if (socket == listener)
                {
                    var client = listener.Accept();
                    conversations.Add(client, new SinkConversation(this, client, messagesTo.Length));
                    GoOn(conversations[client], static conversation => conversation.Greet());
                }
                else
                {
                    GoOn(conversations[socket], static conversation => conversation.Read());
                }
            }

            ReplyDue();
        }

        listener.Dispose();
        foreach (var conversation in conversations.Values)
        {
            conversation.Socket.Dispose();
        }
    }

    /// <summary>Rounded up, as a wait that ends too soon begins again at once.</summary>
    private TimeSpan UntilDue() => due.TryPeek(out var first)
        ? TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling((first.At - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency), 0, LongestSleep.TotalMilliseconds))
        : LongestSleep;

    private void ReplyDue()
    {
        while (due.TryPeek(out var first) && Stopwatch.GetTimestamp() is var now && now >= first.At)
        {
            due.Dequeue();
            Count(first.Conversation);
            waited += now - first.At + (long)(delay.TotalSeconds * Stopwatch.Frequency);
            GoOn(first.Conversation, static conversation => conversation.Accept());
        }
    }

    private void Count(SinkConversation conversation)
    {
        // Its number is 0 where the address is none of ours, as smtp-source's.
        if (conversation.Reader > 0 && ++messagesTo[conversation.Reader] > 1)
        {
            Interlocked.Increment(ref doubled);
        }

        Interlocked.Add(ref bytes, conversation.Length);
        Interlocked.Increment(ref messages);
    }

    private void GoOn(SinkConversation conversation, Func<SinkConversation, bool> step)
    {
        var goesOn = false;
        try
        {
            goesOn = step(conversation);
        }
        catch (SocketException)
        {
            // The client hung up.
        }

        if (!goesOn)
        {
            conversations.Remove(conversation.Socket);
            conversation.Socket.Dispose();
        }
    }
}
