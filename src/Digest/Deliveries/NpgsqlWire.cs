using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// The one place that reaches into Npgsql, read against 10.0.3. It connects by a socket that does not block, and .NET then waits for
/// an answer by its socket thread, which wakes the one that asked: two threads put to sleep and woken for each commit. A writer
/// has a thread of its own and nothing to do but wait, so it lets the kernel wake it. Everything else stays as it is.
/// </summary>
public static class NpgsqlWire
{
    private const string Connector = "Npgsql.Internal.NpgsqlConnector, Npgsql";

    // fcntl(2), as on Linux, whose numbers other systems do not share.
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int NonBlocking = 0x800;

    /// <summary>
    /// Reads of this connection block in the kernel, or no longer do. To be undone before it goes back to the pool: a read that
    /// is awaited would hold its thread.
    /// </summary>
    /// <param name="connection">Nothing is done for one that is broken.</param>
    /// <param name="blocks">Whether they are to.</param>
    public static void Block(NpgsqlConnection connection, bool blocks)
    {
        if (!OperatingSystem.IsLinux() || SocketOf(connection) is not { SafeHandle.IsClosed: false } socket)
        {
            return;
        }

        var flags = Fcntl(socket.SafeHandle, GetFlags, 0);
        if (flags >= 0)
        {
            _ = Fcntl(socket.SafeHandle, SetFlags, blocks ? flags & ~NonBlocking : flags | NonBlocking);
        }
    }

    /// <returns>None when the connection is broken.</returns>
    public static Socket? SocketOf(NpgsqlConnection connection) => ConnectorOf(connection) is { } connector ? SocketOf(connector) : null;

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    [return: UnsafeAccessorType(Connector)]
    private static extern object? ConnectorOf(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket SocketOf([UnsafeAccessorType(Connector)] object connector);

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Fcntl(SafeHandle socket, int command, int flags);
}
