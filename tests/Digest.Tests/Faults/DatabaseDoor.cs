using System.Net;
using System.Net.Sockets;
using Digest.TestKit;
using Npgsql;

namespace Digest.Tests.Faults;

/// <summary>The way to a test database, which can be lost: then connections break, and new ones are taken and never answered.</summary>
internal sealed class DatabaseDoor : IAsyncDisposable
{
    private readonly CancellationTokenSource shut = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> kept = [];
    private readonly NpgsqlConnectionStringBuilder behind;
    private readonly Task opening;
    private int silent;

    public DatabaseDoor(TestDatabase database)
    {
        behind = new(database.ConnectionString);
        listener.Start();
        opening = OpenAsync();
    }

    /// <summary>Through this door; a second's silence is too long.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(behind.ConnectionString)
    {
        Host = "127.0.0.1",
        Port = ((IPEndPoint)listener.LocalEndpoint).Port,
        Timeout = 1,
    }.ConnectionString;

    /// <summary>Connections that nobody answers.</summary>
    public int Silent => Volatile.Read(ref silent);

    public Task ShutAsync() => shut.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await shut.CancelAsync();
        listener.Stop();
        await opening;
        kept.ForEach(client => client.Dispose());
        shut.Dispose();
    }

    private async Task OpenAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                if (shut.IsCancellationRequested)
                {
                    kept.Add(client);
                    Interlocked.Increment(ref silent);
                }
                else
                {
                    passing.Add(PassAsync(client));
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var theirs = client;
        using var ours = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await ours.ConnectAsync(behind.Host!, behind.Port);
        await using var server = new NetworkStream(ours);
        await Task.WhenAny(theirs.GetStream().CopyToAsync(server, shut.Token), server.CopyToAsync(theirs.GetStream(), shut.Token));
    }
}
