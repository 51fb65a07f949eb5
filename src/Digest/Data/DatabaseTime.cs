using Npgsql;

namespace Digest.Data;

/// <summary>
/// This machine's clock, set by PostgreSQL's: what workers decide by the hour (what is due, lapsed, expired) they decide
/// alike, whatever their own clocks say. Timers and time spans are the machine's.
/// </summary>
/// <param name="inner">The machine's clock.</param>
/// <param name="dataSource">Whose clock counts.</param>
public sealed class DatabaseTime(TimeProvider inner, NpgsqlDataSource dataSource) : TimeProvider
{
    /// <summary>The quickest answer tells the instant best.</summary>
    private const int Looks = 3;

    private long ahead;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    /// <summary>The machine's instant until <see cref="MeasureAsync"/> has been called, the database's from then on.</summary>
    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() - new TimeSpan(Volatile.Read(ref ahead));

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);

    /// <summary>Asks the database for its clock and goes by it.</summary>
    /// <returns>How far this machine's clock is ahead.</returns>
    public async Task<TimeSpan> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (found, quickest) = (TimeSpan.Zero, TimeSpan.MaxValue);
        for (var look = 0; look < Looks; look++)
        {
            await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
            var asked = inner.GetTimestamp();
            var instant = (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
            var took = inner.GetElapsedTime(asked);
            if (took < quickest)
            {
                (found, quickest) = (inner.GetUtcNow() - (took / 2) - instant, took);
            }
        }

        Volatile.Write(ref ahead, found.Ticks);
        return found;
    }
}
