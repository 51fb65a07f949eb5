using Digest.Issues;

namespace Digest.Schedule;

/// <summary>
/// What the recurring jobs call; each may run twice, late or never in time and does the same (docs/decisions/0002).
/// The week comes from the scheduled local instants, never from "now minus seven days".
/// </summary>
public sealed class RunWeek
{
    /// <summary>Assembles the latest week whose cut-off has come.</summary>
    public Task<Issue> AssembleAsync(long newsletterId, CancellationToken cancellationToken) => throw new NotImplementedException($"{newsletterId}");

    /// <summary>
    /// Queues every issue whose send has come: at most the schedule's hours late it is sent, later it is marked missed
    /// with an alert. Approves by policy when nobody did and the policy says send; otherwise the issue is held with an alert.
    /// </summary>
    public Task QueueAsync(long newsletterId, CancellationToken cancellationToken) => throw new NotImplementedException($"{newsletterId}");
}
