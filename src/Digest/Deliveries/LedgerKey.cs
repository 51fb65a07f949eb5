namespace Digest.Deliveries;

/// <summary>Which of the two tables that keep the ledger's rules. The numbers are part of mailed return paths and never change.</summary>
public enum LedgerKind : byte
{
    Delivery = 1,
    Notice = 2,
}

/// <summary>Names one message to one reader: in SQL, in its Message-ID and in its return path.</summary>
/// <param name="Kind">Which table.</param>
/// <param name="Id">The issue for a delivery, the notice itself for a notice.</param>
/// <param name="SubscriberId">The reader; 0 for a test mail, which has no row.</param>
public readonly record struct LedgerKey(LedgerKind Kind, long Id, long SubscriberId);
