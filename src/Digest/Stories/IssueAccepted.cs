namespace Digest.Stories;

/// <summary>Whether an issue reached anybody, asked inside a statement: once one server accepted it, neither its stories nor its links can be taken back.</summary>
public static class IssueAccepted
{
    /// <summary>Of an issue <c>i</c>; also when its rows are dropped and only their totals are left.</summary>
    public const string Sql = """
        (exists (select from digest.deliveries sent where sent.issue_id = i.id and sent.state = 'accepted')
            or exists (select from digest.ledger_totals sent where sent.issue_id = i.id and sent.state = 'accepted' and sent.count > 0))
        """;
}
