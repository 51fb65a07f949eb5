namespace Digest.Cli.Demo;

/// <summary>What the demo did, in the order and names in which <c>--json</c> prints it.</summary>
internal sealed record DemoReport
{
    public required string Newsletter { get; init; }

    /// <summary>The Monday that names the week, yyyy-MM-dd.</summary>
    public required string Week { get; init; }

    /// <summary>The issue's subject.</summary>
    public required string Issue { get; init; }

    public required int Stories { get; init; }

    public required int Candidates { get; init; }

    public required int Queued { get; init; }

    /// <summary>Candidates without a delivery, by reason.</summary>
    public required IReadOnlyDictionary<string, int> Excluded { get; init; }

    public required int Accepted { get; init; }

    public required int Deferred { get; init; }

    public required int Rejected { get; init; }

    public required int InDoubt { get; init; }

    /// <summary>From the start of the command to the last settled delivery.</summary>
    public required double Seconds { get; init; }

    public required int HtmlBytes { get; init; }

    public required int TextBytes { get; init; }

    /// <summary>Address of the local mailbox's page.</summary>
    public required string Inbox { get; init; }
}
