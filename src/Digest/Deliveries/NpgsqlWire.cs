using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// The one place that reaches into Npgsql, read against 10.0.3. It connects by a socket that does not block, and .NET then waits for
/// an answer by its socket thread, which wakes the one that asked: two threads put to sleep and woken for each commit. A writer
/// has a thread of its own and nothing to do but wait, so it lets the kernel wake it, and nobody else. Everything else stays as it is.
/// </summary>
public sealed class NpgsqlWire
{
    private const string Connector = "Npgsql.Internal.NpgsqlConnector, Npgsql";

    // fcntl(2), as on Linux, whose numbers other systems do not share.
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int NonBlocking = 0x800;

    private readonly Socket socket;
    private readonly IReadOnlyList<SocketWatch> watches;

    private NpgsqlWire(Socket socket)
    {
        this.socket = socket;
        watches = SocketWatch.Of(socket);
        Block(true);
        foreach (var watch in watches)
        {
            watch.Stop(socket);
        }
    }

    /// <summary>Reads of this connection block in the kernel from now on.</summary>
    /// <returns>None where that cannot be: on another system, or when the connection is broken.</returns>
    public static NpgsqlWire? Block(NpgsqlConnection connection) =>
        OperatingSystem.IsLinux() && SocketOf(connection) is { SafeHandle.IsClosed: false } socket ? new NpgsqlWire(socket) : null;

    /// <summary>
    /// Makes it as it was, before it goes back to the pool: a read that is awaited would hold its thread. Nothing is done for a
    /// connection that is broken by now.
    /// </summary>
    public void Restore()
    {
        if (socket.SafeHandle.IsClosed)
        {
            return;
        }

        Block(false);
        foreach (var watch in watches)
        {
            watch.Resume(socket);
        }
    }

    /// <returns>None when the connection is broken.</returns>
    public static Socket? SocketOf(NpgsqlConnection connection) => ConnectorOf(connection) is { } connector ? SocketOf(connector) : null;

    private void Block(bool blocks)
    {
        var flags = Fcntl(socket.SafeHandle, GetFlags, 0);
        if (flags >= 0)
        {
            _ = Fcntl(socket.SafeHandle, SetFlags, blocks ? flags & ~NonBlocking : flags | NonBlocking);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    [return: UnsafeAccessorType(Connector)]
    private static extern object? ConnectorOf(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket SocketOf([UnsafeAccessorType(Connector)] object connector);

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Fcntl(SafeHandle socket, int command, int flags);
}
