using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Digest.Local.Mailbox;

/// <summary>
/// A small SMTP server on loopback that keeps what it accepts: the demo's relay, and, through its script, the
/// fault injector of the tests.
/// </summary>
public sealed class MailboxServer : IAsyncDisposable
{
    private readonly MailboxOptions options;
    private readonly TcpListener listener;
    private readonly SmtpRecord record = new();
    private readonly ConcurrentDictionary<int, Task> conversations = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private int connections;
    private int openConnections;
    private int abandoned;

    private MailboxServer(MailboxOptions options, MailStore store, TcpListener listener)
    {
        this.options = options;
        this.listener = listener;
        Store = store;
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    /// <exception cref="LocalException">The port is taken.</exception>
    public static Task<MailboxServer> StartAsync(MailboxOptions options, MailStore? store = null)
    {
        if ((options.ImplicitTls || options.StartTls) && options.Certificate is null)
        {
            throw new ArgumentException("TLS needs a certificate.", nameof(options));
        }

        var listener = new TcpListener(options.Address, options.Port);
        try
        {
            listener.Start();
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw new LocalException(error.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"Port {options.Port} on {options.Address} is taken by another program; stop that one or choose another SMTP port."
                : $"The mailbox cannot listen on port {options.Port} of {options.Address}: {error.Message}.");
        }

        return Task.FromResult(new MailboxServer(options, store ?? new MailStore(), listener));
    }

    public int Port { get; }

    public MailStore Store { get; }

    public SmtpScript Script { get; } = new();

    /// <summary>Every command line received, as "connection: line"; bodies and AUTH secrets left out.</summary>
    public IReadOnlyList<string> Transcript => record.Lines;

    /// <summary>The user names that logged in, in order.</summary>
    public IReadOnlyList<string> Logins => record.Logins;

    /// <summary>How many connections have been accepted, and how many are open.</summary>
    public int Connections => Volatile.Read(ref connections);

    public int OpenConnections => Volatile.Read(ref openConnections);

    /// <summary>How many connections have ended without a QUIT.</summary>
    public int Abandoned => Volatile.Read(ref abandoned);

    /// <summary>How many final dots have arrived, whatever was answered.</summary>
    public int Dots => record.Dots;

    /// <summary>Closes every connection at once and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
        {
            return;
        }

        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(conversations.Values);
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync(stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client was gone before we looked.
                continue;
            }

            var number = Interlocked.Increment(ref connections);
            Interlocked.Increment(ref openConnections);
            var conversation = conversations[number] = Task.Run(() => ConverseAsync(socket, number));
            _ = conversation.ContinueWith(_ => conversations.TryRemove(number, out var _), TaskScheduler.Default);
        }
    }

    private async Task ConverseAsync(Socket socket, int number)
    {
        SmtpConversation? conversation = null;
        try
        {
            // A reply that waits for the client's acknowledgement costs 40 ms a message.
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            conversation = new SmtpConversation(stream, number, options, Script, Store, record);
            await conversation.RunAsync(stop.Token);
            Close(socket);
        }
        catch (Exception error) when (error is IOException or SocketException or InvalidDataException or AuthenticationException
            or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away, talked nonsense, or we stop: a mailbox has nobody to tell.
        }
        finally
        {
            socket.Dispose();
            Interlocked.Add(ref abandoned, conversation is { SaidGoodbye: true } ? 0 : 1);
            Interlocked.Decrement(ref openConnections);
        }
    }

    /// <summary>Closing a socket with unread input resets the connection, and the client could lose our last reply.</summary>
    private static void Close(Socket socket)
    {
        socket.Shutdown(SocketShutdown.Send);
        var scratch = new byte[4096];
        while (socket.Available > 0 && socket.Receive(scratch) > 0)
        {
        }
    }
}
