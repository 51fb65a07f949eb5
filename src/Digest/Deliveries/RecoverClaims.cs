using Microsoft.Extensions.Options;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>
/// Takes back the claims of workers whose heartbeat lapsed: what was not begun waits again and loses nothing; what was
/// begun may have been accepted and is in doubt. Of a day's share it gives back what was not begun.
/// </summary>
public sealed class RecoverClaims(NpgsqlDataSource dataSource, IOptions<SendingSettings> settings, TimeProvider time)
{
    /// <param name="self">The worker that recovers; its own claims stand.</param>
    /// <param name="cancellationToken">Stops before the commit.</param>
    /// <returns>How many rows were taken back, and how many of them are in doubt.</returns>
    public async Task<(int Recovered, int InDoubt)> RunAsync(Guid self, CancellationToken cancellationToken)
    {
        int recovered = 0, inDoubt = 0;
        foreach (var table in LedgerTable.All)
        {
            await using var command = dataSource.CreateCommand(Statement(table));
            command.Parameters.AddWithValue("self", self);
            command.Parameters.AddWithValue("now", time.GetUtcNow());
            command.Parameters.AddWithValue("again_due", time.GetUtcNow().AddMinutes(settings.Value.FirstRetryMinutes));
            command.Parameters.AddWithValue("lapsed", time.GetUtcNow() - TimeSpan.FromSeconds(settings.Value.LapseSeconds));
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                recovered++;
                inDoubt += rows.GetBoolean(0) ? 1 : 0;
            }
        }

        return (recovered, inDoubt);
    }

    // What is to be sent again waits as after a deferral, and knows its try: the worker may wake with the reply.
    private static string Statement(LedgerTable table) => $"""
        with lost as (
            select d.{table.Id} as id, d.subscriber_id,
                d.begun_at is not null and not sends_again as doubt,
                d.begun_at is not null and sends_again as again,
                case when d.begun_at is null then d.counted_under end as unused
            from {table.Name} d, lateral (select d.begun_at is not null and {table.SendsDoubtAgain} as sends_again) policy
            where d.state = 'claimed' and d.claimed_by <> @self and not exists (
                select from digest.sending_workers w where w.id = d.claimed_by and w.heartbeat_at >= @lapsed)
            for update of d skip locked
        ),
        recovered as (
            update {table.Name} d
            set state = case when doubt then 'in_doubt' when again or d.attempts > 0 then 'deferred' else 'queued' end,
                attempts = d.attempts + again::int,
                again_at = case when again then @now else d.again_at end,
                claimed_by = null,
                claimed_at = null,
                due_at = case when again then least(@again_due, d.expires_at) else d.due_at end,
                begun_at = d.begun_at,
                settled_at = case when doubt then @now else d.settled_at end
            from lost
            where d.{table.Id} = lost.id and d.subscriber_id = lost.subscriber_id
            returning doubt, unused
        ),
        {SendBudgets.ReturnOf("recovered")}
        select doubt from recovered
        """;
}
