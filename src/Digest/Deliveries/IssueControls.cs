using Digest.Settings;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>What an operator may do to an issue on its way. Each takes effect at the next begin and says what it did.</summary>
public sealed class IssueControls(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>Nothing of the issue is claimed or begun until it is resumed; what is begun gets its reply.</summary>
    /// <exception cref="RefusedException">The issue is not being sent.</exception>
    public Task PauseAsync(long issueId, string reason, CancellationToken cancellationToken) => throw new NotImplementedException($"{dataSource}{time}");

    /// <exception cref="RefusedException">The issue is not paused.</exception>
    public Task ResumeAsync(long issueId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Withdraws the issue; deliveries not begun become cancelled.</summary>
    /// <returns>How many deliveries were cancelled.</returns>
    /// <exception cref="RefusedException">The issue has already been sent.</exception>
    public Task<int> CancelAsync(long issueId, string by, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Settles a delivery in doubt by an operator's word: accepted, or queued again with the same Message-ID.</summary>
    /// <exception cref="RefusedException">The delivery is not in doubt.</exception>
    public Task SettleDoubtAsync(long issueId, long subscriberId, bool sendAgain, string by, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
