using System.Net;
using System.Net.Sockets;
using Digest.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>A host of several addresses.</summary>
public sealed class DialTests : IDisposable
{
    private static readonly IPAddress SilentAddress = IPAddress.Parse("127.0.0.2");

    private readonly Socket next = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> full = [];
    private readonly int port;

    /// <summary>Nobody accepts, and the queue is full: what asks now gets no answer, as where the way to an address is lost.</summary>
    public DialTests()
    {
        // The port first where others listen too.
        next.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)next.LocalEndPoint!).Port;
        silent.Bind(new IPEndPoint(SilentAddress, port));
        silent.Listen(0);
        bool hasRoom;
        do
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            full.Add(socket);
            hasRoom = socket.ConnectAsync(SilentAddress, port).Wait(TimeSpan.FromMilliseconds(100));
        }
        while (hasRoom);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silent_address_does_not_hide_the_next()
    {
        next.Listen(1);

        using var socket = await Dial.ConnectAsync([SilentAddress, IPAddress.Loopback], port, TimeSpan.FromMilliseconds(400), Stop);

        socket.RemoteEndPoint.ShouldBe(new IPEndPoint(IPAddress.Loopback, port));
    }

    [Fact]
    public async Task When_all_are_silent_that_is_told() =>
        (await Should.ThrowAsync<SocketException>(() => Dial.ConnectAsync([SilentAddress, SilentAddress], port, TimeSpan.FromMilliseconds(100), Stop)))
            .SocketErrorCode.ShouldBe(SocketError.TimedOut);

    [Fact]
    public async Task Whoever_gives_it_up_tries_no_other()
    {
        using var stop = new CancellationTokenSource();
        var dialling = Dial.ConnectAsync([SilentAddress, SilentAddress], port, TimeSpan.FromHours(1), stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => dialling);
    }

    public void Dispose()
    {
        full.ForEach(socket => socket.Dispose());
        silent.Dispose();
        next.Dispose();
    }
}
