using System.Net.Sockets;
using Npgsql;

namespace Digest.Data;

/// <summary>Why a database cannot be used, in words that hold no password.</summary>
public static class DatabaseFailure
{
    /// <returns>The reason, or none when the error is not about reaching or entering the database.</returns>
    public static string? Reason(Exception error) => error switch
    {
        // Classes of SQLSTATE: connection, authorization, no such database, out of resources, shutting down or starting.
        PostgresException { SqlState: ['0', '8', ..] or ['2', '8', ..] or ['3', 'D', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] } refusal =>
            refusal.MessageText,
        // It ended the session, whatever it calls that: a disk without room for its own files, say.
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } or PostgresException { SqlState: ['5', '8', ..] } =>
            ((PostgresException)error).MessageText,
        PostgresException => null,
        SocketException socket => socket.Message,
        NpgsqlException { InnerException: SocketException socket } => socket.Message,
        NpgsqlException { InnerException: TimeoutException } => "no answer in time",
        NpgsqlException broken => broken.Message,
        _ => null,
    };
}
