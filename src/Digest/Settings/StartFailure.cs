using System.Net.Sockets;
using Digest.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Digest.Settings;

/// <summary>What can be said in a sentence of a start, or a verb, that failed: wrong settings and missing surroundings.</summary>
public static class StartFailure
{
    private const int WrongInput = 1;

    private const int Unavailable = 69;

    private const int WrongSetting = 78;

    /// <returns>
    /// Exit code (docs/operating.md) and sentence, a line for each where several settings are wrong; or nothing for an
    /// error that is ours, whose stack trace is wanted.
    /// </returns>
    public static (int Code, string Sentence)? Describe(Exception error)
    {
        if (error is AggregateException several)
        {
            return Combine(several.Flatten().InnerExceptions);
        }

        // EF Core and Kestrel wrap what matters.
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (DescribeOne(cause) is { } described)
            {
                return described;
            }
        }

        return null;
    }

    private static (int Code, string Sentence)? Combine(IReadOnlyList<Exception> errors)
    {
        var described = errors.Select(Describe).ToList();
        return described.Contains(null) ? null
            : (described.Max(one => one!.Value.Code), string.Join(Environment.NewLine, described.Select(one => one!.Value.Sentence)));
    }

    private static (int Code, string Sentence)? DescribeOne(Exception error) => error switch
    {
        OptionsValidationException wrong => (WrongSetting, string.Join(Environment.NewLine, wrong.Failures)),
        SettingException => (WrongSetting, error.Message),
        InvalidDataException { InnerException: FormatException } => (WrongSetting, error.Message),
        InputException => (WrongInput, error.Message),
        SchemaException => (Unavailable, error.Message),
        IOException { InnerException: not null } when InUse(error) =>
            (Unavailable, $"{error.Message.TrimEnd('.')}; stop what listens there, or listen elsewhere (ASPNETCORE_URLS, --port)."),
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            (Unavailable, "A port to listen on is in use; stop what listens there, or choose another."),
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            (Unavailable, "A port to listen on is not allowed to this user; choose one above 1023."),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
            (Unavailable, $"A host that the settings name cannot be found ({error.Message}); check ConnectionStrings:Digest."),
        // ENOSPC, on every Unix.
        IOException { HResult: 28 } => (Unavailable, $"The disk is full: {error.Message}"),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => (Unavailable, "The disk of the database is full."),
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn } behind =>
            (Unavailable, $"The database is behind this program ({behind.MessageText}); run `digest migrate`."),
        NpgsqlException when DatabaseFailure.Reason(error) is { } reason =>
            (Unavailable, $"The database cannot be used ({reason.TrimEnd('.')}); check ConnectionStrings:Digest, and that PostgreSQL runs there."),
        _ => null,
    };

    private static bool InUse(Exception? error) =>
        error is not null && (error is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || InUse(error.InnerException));
}
