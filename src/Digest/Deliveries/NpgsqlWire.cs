using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Digest.Smtp;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Lets a <see cref="WireLoop"/> wait for the answers of one connection to PostgreSQL, as it waits for the relays': the thread that has
/// the lanes then writes their ledger too, and a commit wakes no other. By .NET's own way each answer wakes its socket thread, that
/// one a thread of the pool, and that one the lanes. The one place that reaches into Npgsql, read against 10.0.3.
/// </summary>
public sealed class NpgsqlWire
{
    private const string Connector = "Npgsql.Internal.NpgsqlConnector, Npgsql";
    private const string ReadBuffer = "Npgsql.Internal.NpgsqlReadBuffer, Npgsql";
    private const string WriteBuffer = "Npgsql.Internal.NpgsqlWriteBuffer, Npgsql";

    private readonly object connector;
    private readonly Socket socket;
    private readonly bool blocking;
    private readonly IReadOnlyList<SocketWatch> watches;
    private readonly Stream before;

    private NpgsqlWire(object connector, Socket socket, WireLoop loop)
    {
        this.connector = connector;
        this.socket = socket;
        before = StreamOf(connector);
        blocking = socket.Blocking;
        watches = SocketWatch.Of(socket);
        foreach (var watch in watches)
        {
            watch.Stop(socket);
        }

        socket.Blocking = false;
        // Npgsql has its own limits of time.
        var stream = new PatientStream(socket, Timeout.InfiniteTimeSpan, loop);
        stream.GoOnInLane();
        Use(stream);
    }

    /// <summary>From now on the connection is used by its asynchronous methods only, and what follows from an answer runs in the loop.</summary>
    /// <returns>
    /// None where that cannot be, and .NET waits as ever: on another system than Linux, when the connection is broken, with TLS, which
    /// is read through streams of .NET's own, and with Npgsql's keepalive, which reads and writes by the methods that block.
    /// </returns>
    public static NpgsqlWire? Join(NpgsqlConnection connection, WireLoop loop) =>
        OperatingSystem.IsLinux() && new NpgsqlConnectionStringBuilder(connection.ConnectionString).KeepAlive == 0
            && ConnectorOf(connection) is { } connector && SocketOf(connector) is { SafeHandle.IsClosed: false } socket
            && StreamOf(connector) is NetworkStream
                ? new NpgsqlWire(connector, socket, loop)
                : null;

    /// <returns>None when the connection is broken.</returns>
    public static Socket? SocketOf(NpgsqlConnection connection) => ConnectorOf(connection) is { } connector ? SocketOf(connector) : null;

    /// <summary>Makes it as it was, before it goes back to the pool. Nothing is done for a connection that is broken by now.</summary>
    public void Leave()
    {
        if (socket.SafeHandle.IsClosed)
        {
            return;
        }

        Use(before);
        socket.Blocking = blocking;
        foreach (var watch in watches)
        {
            watch.Resume(socket);
        }
    }

    private void Use(Stream stream)
    {
        StreamOf(connector) = stream;
        ReadsFrom(ReadBufferOf(connector)) = stream;
        WritesTo(WriteBufferOf(connector)) = stream;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    [return: UnsafeAccessorType(Connector)]
    private static extern object? ConnectorOf(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket SocketOf([UnsafeAccessorType(Connector)] object connector);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_stream")]
    private static extern ref Stream StreamOf([UnsafeAccessorType(Connector)] object connector);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_ReadBuffer")]
    [return: UnsafeAccessorType(ReadBuffer)]
    private static extern object ReadBufferOf([UnsafeAccessorType(Connector)] object connector);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_WriteBuffer")]
    [return: UnsafeAccessorType(WriteBuffer)]
    private static extern object WriteBufferOf([UnsafeAccessorType(Connector)] object connector);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Underlying>k__BackingField")]
    private static extern ref Stream ReadsFrom([UnsafeAccessorType(ReadBuffer)] object buffer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Underlying>k__BackingField")]
    private static extern ref Stream WritesTo([UnsafeAccessorType(WriteBuffer)] object buffer);
}
