namespace Digest.Deliveries;

/// <summary>What each heartbeat looks after beside the rows: canaries whose time is over, and issues that will finish late.</summary>
public sealed class IssueWatch(JudgeCanary canaries, FinishWatch finishes)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await canaries.RunAsync(cancellationToken);
        await finishes.RunAsync(cancellationToken);
    }
}
