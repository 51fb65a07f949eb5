using Npgsql;

namespace Digest.Data;

/// <summary>
/// This machine's clock, set by PostgreSQL's: what workers decide by the hour (what is due, lapsed, expired) they decide
/// alike, whatever their own clocks say. Timers and time spans are the machine's, and so is what passes since the last look: a
/// machine whose clock is set meanwhile does not jump with it.
/// </summary>
/// <param name="inner">The machine's clock.</param>
/// <param name="dataSource">Whose clock counts.</param>
public sealed class DatabaseTime(TimeProvider inner, NpgsqlDataSource dataSource) : TimeProvider
{
    /// <summary>The quickest answer tells the instant best.</summary>
    private const int Looks = 3;

    private volatile Look? last;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <summary>The machine's instant until <see cref="MeasureAsync"/> has been called, the database's from then on.</summary>
    public override DateTimeOffset GetUtcNow() =>
        last is { } look ? look.Instant + inner.GetElapsedTime(look.Timestamp) : inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);

    /// <summary>Asks the database for its clock and goes by it.</summary>
    /// <returns>How far this machine's clock is ahead.</returns>
    public async Task<TimeSpan> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (found, ahead, quickest) = (default(Look), TimeSpan.Zero, TimeSpan.MaxValue);
        for (var look = 0; look < Looks; look++)
        {
            await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
            var asked = inner.GetTimestamp();
            var instant = (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
            var answered = inner.GetTimestamp();
            var took = inner.GetElapsedTime(asked, answered);
            if (took < quickest)
            {
                DateTimeOffset now = instant + (took / 2);
                (found, ahead, quickest) = (new(now, answered), inner.GetUtcNow() - now, took);
            }
        }

        last = found;
        return ahead;
    }

    /// <param name="Instant">What the database's clock said.</param>
    /// <param name="Timestamp">The machine's, at that instant.</param>
    private sealed record Look(DateTimeOffset Instant, long Timestamp);
}
