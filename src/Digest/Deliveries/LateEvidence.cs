using Npgsql;

namespace Digest.Deliveries;

/// <summary>What proves that a relay took a message although its reply was never recorded.</summary>
public enum Evidence
{
    /// <summary>The relay's own log names its Message-ID and what became of it there.</summary>
    RelayLog,

    /// <summary>Somebody opened a link that stands in this mail to this reader and nowhere else.</summary>
    OwnLink,

    /// <summary>
    /// A report about it came back (RFC 3464): only what was taken can bounce. Its address says which delivery it is
    /// about; see <see cref="ReturnPaths.Read"/>.
    /// </summary>
    Bounce,
}

/// <summary>
/// Settles a message in doubt as accepted when something shows that it was. Evidence changes nothing else: it never
/// makes a doubt, never takes an outcome back and never sends anything.
/// </summary>
public sealed class LateEvidence(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <param name="key">The row.</param>
    /// <param name="seen">What was seen.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <returns>Whether it was in doubt until now, or was to be sent again for that.</returns>
    public async Task<bool> RunAsync(LedgerKey key, Evidence seen, CancellationToken cancellationToken)
    {
        // The parent: an old issue's own table may have been dropped.
        var table = key.Kind == LedgerKind.Notice ? LedgerTable.Notices : LedgerTable.Deliveries;
        await using var command = dataSource.CreateCommand($"""
            update {table.Name} d set state = 'accepted', settled_at = @now, reply = @reply, claimed_by = null, claimed_at = null
            where d.{table.Id} = @id and d.subscriber_id = @subscriber
                and ({LedgerTable.MayBeSettledLate} or (d.state = 'claimed' and d.begun_at is null and {LedgerTable.WasInDoubt}))
            """);
        command.Parameters.AddWithValue("id", key.Id);
        command.Parameters.AddWithValue("subscriber", key.SubscriberId);
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        command.Parameters.AddWithValue("reply", $"taken as accepted: {WordFor(seen)}");
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static string WordFor(Evidence seen) => seen switch
    {
        Evidence.RelayLog => "the relay's log shows it",
        Evidence.OwnLink => "a link of its own was opened",
        Evidence.Bounce => "a bounce of it came back",
        _ => throw new ArgumentOutOfRangeException(nameof(seen), seen, null),
    };
}
