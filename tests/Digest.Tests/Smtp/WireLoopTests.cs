using System.Net;
using System.Net.Sockets;
using System.Text;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>One thread waits for all connections: none of them keeps another waiting, and each wait ends.</summary>
public sealed class WireLoopTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> sockets = [];

    public WireLoopTests() => listener.Start(300);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_of_two_hundred_connections_gets_what_its_own_peer_wrote()
    {
        var pairs = new List<(PatientStream Ours, Socket Theirs)>();
        for (var i = 0; i < 200; i++)
        {
            pairs.Add(await PairAsync(Long));
        }

        var reads = pairs.Select(pair => ReadAsync(pair.Ours)).ToList();
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            pairs[i].Theirs.Send(Encoding.ASCII.GetBytes($"{i}."));
        }

        (await Task.WhenAll(reads)).ShouldBe(Enumerable.Range(0, 200).Select(i => $"{i}."));
    }

    [Fact]
    public async Task What_does_not_fit_the_buffers_is_written_when_the_peer_has_read()
    {
        var (ours, theirs) = await PairAsync(Long);
        var sent = new byte[20 * 1024 * 1024];
        Random.Shared.NextBytes(sent);

        var writing = ours.WriteAsync(sent, Stop);
        writing.IsCompleted.ShouldBeFalse();
        var received = new byte[sent.Length];
        for (var length = 0; length < received.Length;)
        {
            length += theirs.Receive(received.AsSpan(length));
        }

        await writing;
        received.ShouldBe(sent);
    }

    [Fact]
    public async Task A_silent_peer_ends_the_wait_when_patience_does_and_keeps_nobody_else_waiting()
    {
        var (silent, _) = await PairAsync(TimeSpan.FromMilliseconds(50));
        var (other, theirs) = await PairAsync(Long);
        var reading = ReadAsync(other);

        await Should.ThrowAsync<OperationCanceledException>(() => ReadAsync(silent));
        theirs.Send("late"u8);

        (await reading).ShouldBe("late");
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_ends()
    {
        var (ours, _) = await PairAsync(Long);
        using var stop = new CancellationTokenSource();
        var reading = ReadAsync(ours, stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_socket_that_is_closed_while_it_is_waited_for_ends_its_own_wait_alone()
    {
        var (closed, _) = await PairAsync(Long);
        var (other, theirs) = await PairAsync(Long);
        var reading = ReadAsync(closed);
        var readingOther = ReadAsync(other);

        await closed.DisposeAsync();
        theirs.Send("still here"u8);

        (await readingOther).ShouldBe("still here");
        await Should.ThrowAsync<Exception>(() => reading);
    }

    [Fact]
    public async Task A_peer_that_hangs_up_ends_the_read_with_nothing()
    {
        var (ours, theirs) = await PairAsync(Long);
        var reading = ReadAsync(ours);

        theirs.Close();

        (await reading).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_posted_to_a_sleeping_loop_wakes_it()
    {
        // By itself it would look in ten minutes.
        var loop = new WireLoop(TimeSpan.FromMinutes(10));
        for (var i = 0; i < 1000; i++)
        {
            await OnAsync(loop).WaitAsync(TimeSpan.FromMinutes(1), Stop);
        }
    }

    [Fact]
    public async Task What_follows_a_reply_runs_on_the_pool_until_the_connection_is_open_and_then_on_the_thread_of_its_lane()
    {
        var lane = new WireLoop(TimeSpan.FromMinutes(10));
        var (ours, theirs) = await PairAsync(Long, lane);

        (await ThreadAfterReplyAsync(ours, theirs)).IsThreadPoolThread.ShouldBeTrue();
        ours.GoOnInLane();
        (await ThreadAfterReplyAsync(ours, theirs)).ShouldBe(await OnAsync(lane));
        (await ThreadAfterReplyAsync(ours, theirs)).ShouldBe(await OnAsync(lane));
    }

    [Fact]
    public async Task Without_a_lane_what_follows_stays_on_the_pool()
    {
        var (ours, theirs) = await PairAsync(Long);
        ours.GoOnInLane();

        (await ThreadAfterReplyAsync(ours, theirs)).IsThreadPoolThread.ShouldBeTrue();
    }

    [Fact]
    public async Task When_the_machine_cannot_wait_all_are_told_and_the_loop_goes_on()
    {
        const int moreThanSelectTakes = 65_536;
        var loop = new WireLoop(TimeSpan.FromMinutes(10));
        await PairAsync(Long, loop);
        var (other, theirs) = await PairAsync(Long, loop);
        var reads = new Task<string>[moreThanSelectTakes];
        var asked = new TaskCompletionSource();
        loop.Post(() =>
        {
            for (var i = 0; i < reads.Length; i++)
            {
                // One wait at a time for each stream, and many streams of one socket.
                reads[i] = ReadAsync(new PatientStream(sockets[0], Long, loop));
            }

            asked.SetResult();
        });
        await asked.Task;

        await Should.ThrowAsync<IOException>(() => reads[0]);
        await Should.ThrowAsync<IOException>(() => reads[^1]);
        var reading = ReadAsync(other);
        theirs.Send("still here"u8);
        (await reading).ShouldBe("still here");
    }

    public void Dispose()
    {
        sockets.ForEach(socket => socket.Dispose());
        listener.Dispose();
    }

    private static async Task<string> ReadAsync(PatientStream stream, CancellationToken? cancellationToken = null)
    {
        var buffer = new byte[100];
        var length = await stream.ReadAsync(buffer, cancellationToken ?? CancellationToken.None);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    /// <returns>The thread of the loop.</returns>
    private static Task<Thread> OnAsync(WireLoop loop)
    {
        var ran = new TaskCompletionSource<Thread>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => ran.SetResult(Thread.CurrentThread));
        return ran.Task;
    }

    /// <summary>The reply comes after it is waited for, as one that is there already is read where one is.</summary>
    private static async Task<Thread> ThreadAfterReplyAsync(PatientStream ours, Socket theirs)
    {
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var following = Task.Run(async () =>
        {
            var reading = ThreadAfterAsync();
            reading.IsCompleted.ShouldBeFalse();
            waits.SetResult();
            return await reading;
        });

        async Task<Thread> ThreadAfterAsync()
        {
            (await ours.ReadAsync(new byte[100], CancellationToken.None)).ShouldBeGreaterThan(0);
            return Thread.CurrentThread;
        }

        await waits.Task;
        theirs.Send("250 2.0.0 ok"u8);
        return await following;
    }

    private async Task<(PatientStream Ours, Socket Theirs)> PairAsync(TimeSpan patience, WireLoop? lane = null)
    {
        var settings = new SmtpSettings { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port };
        var ours = await Dial.ConnectAsync(settings, Stop);
        var theirs = await listener.AcceptSocketAsync(Stop);
        sockets.AddRange([ours, theirs]);
        return (new PatientStream(ours, patience, lane), theirs);
    }
}
