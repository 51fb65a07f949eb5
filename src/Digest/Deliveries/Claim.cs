namespace Digest.Deliveries;

/// <summary>A row of the ledger that this worker holds, with what is needed to address its mail.</summary>
/// <param name="Key">The row.</param>
/// <param name="Which">The variant of the issue, or the kind of notice.</param>
/// <param name="NewsletterId">Whose mail it is.</param>
/// <param name="Address">The reader's address as typed; never logged.</param>
/// <param name="AddressKey">What its suppression would be kept under.</param>
/// <param name="TokenVersion">Part of the reader's links.</param>
/// <param name="Attempts">Tries already answered with a deferral.</param>
/// <param name="ClaimedAt">Parts this claim from a later one of the same row by the same worker.</param>
/// <param name="DatedAt">Date of the mail where it is another than the queueing.</param>
/// <param name="PerMinute">The issue's own limit that it was claimed under, or none.</param>
/// <param name="Limits">What its message was counted under when it was claimed; most often nothing.</param>
/// <param name="OfShare">Whether its relay got it as part of its share; what a relay deferred is its own beside that.</param>
public sealed record Claim(
    LedgerKey Key, string Which, long NewsletterId, string Address, string AddressKey, int TokenVersion, int Attempts,
    DateTimeOffset ClaimedAt = default, DateTimeOffset? DatedAt = null, int? PerMinute = null, IReadOnlyList<Budget>? Limits = null,
    bool OfShare = true);
