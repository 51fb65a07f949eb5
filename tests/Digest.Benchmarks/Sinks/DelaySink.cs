using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Digest.Benchmarks.Sinks;

/// <summary>
/// A sink of our own, for what smtp-sink cannot do: it waits before each final reply for less than a second, notes when
/// the first RCPT came, and knows who had a message already.
/// </summary>
internal sealed class DelaySink : ISink
{
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentBag<Task> conversations = [];
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TimeSpan delay;
    private readonly int[] messagesTo;
    private readonly TaskCompletionSource<DateTimeOffset> firstRecipient = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task accepting;
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
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public long Messages => Interlocked.Read(ref messages);

    public long Doubled => Interlocked.Read(ref doubled);

    /// <summary>Bytes between DATA's reply and the final dot, of all messages.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>From a final dot to its reply, as it came out.</summary>
    public TimeSpan MeanDelay => TimeSpan.FromTicks(Interlocked.Read(ref waited) / Math.Max(1, Messages));

    /// <summary>The instant of the first RCPT.</summary>
    public Task<DateTimeOffset> FirstRecipient => firstRecipient.Task;

    /// <summary>Every message, where <see cref="Keeps"/> says so.</summary>
    public ConcurrentBag<byte[]> Kept { get; } = [];

    public bool Keeps { get; init; }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(conversations);
        closing.Dispose();
    }

    internal void Recipient() => firstRecipient.TrySetResult(DateTimeOffset.UtcNow);

    /// <summary>A whole message came; returns when its reply is due.</summary>
    internal async Task AcceptAsync(int reader, int length, byte[] kept)
    {
        if (delay > TimeSpan.Zero)
        {
            var begun = Stopwatch.GetTimestamp();
            await Task.Delay(delay, closing.Token);
            Interlocked.Add(ref waited, Stopwatch.GetElapsedTime(begun).Ticks);
        }

        // Its number is 0 where the address is none of ours, as smtp-source's.
        if (reader > 0 && Interlocked.Increment(ref messagesTo[reader]) > 1)
        {
            Interlocked.Increment(ref doubled);
        }

        if (Keeps)
        {
            Kept.Add(kept);
        }

        Interlocked.Add(ref bytes, length);
        Interlocked.Increment(ref messages);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(closing.Token);
                conversations.Add(new SinkConversation(this, socket, messagesTo.Length).RunAsync(closing.Token));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closing.
        }
    }
}
