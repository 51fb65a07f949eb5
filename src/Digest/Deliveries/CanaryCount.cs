using System.Globalization;
using Digest.Newsletters;

namespace Digest.Deliveries;

/// <summary>How the canary of an issue has fared so far.</summary>
/// <param name="Mails">Its rows.</param>
/// <param name="Open">Rows that nothing was said about yet.</param>
/// <param name="Deferred">Put off by a server, or never taken by it.</param>
/// <param name="Rejected">Refused for good.</param>
/// <param name="InDoubt">No reply was recorded.</param>
/// <param name="Complaints">Of its readers, since the issue was queued.</param>
public sealed record CanaryCount(int Mails, int Open, int Deferred, int Rejected, int InDoubt, int Complaints)
{
    /// <summary>A straggler in twenty does not hold back the verdict.</summary>
    public bool IsKnown => Open * 20 <= Mails;

    public bool IsWithin(CanaryPolicy limits) =>
        Deferred * 100 <= limits.MaxDeferredPercent * Mails
        && (Rejected + InDoubt) * 100 <= limits.MaxRejectedPercent * Mails
        && Complaints <= limits.MaxComplaints;

    /// <summary>Figures and limits, for the operator.</summary>
    public string Against(CanaryPolicy limits) => string.Create(CultureInfo.InvariantCulture,
        $"of {Mails} mails {Deferred} were deferred (allowed are {limits.MaxDeferredPercent} %), {Rejected} rejected and {InDoubt} are in doubt ")
        + string.Create(CultureInfo.InvariantCulture,
        $"({limits.MaxRejectedPercent} % together), and {Complaints} readers complained ({limits.MaxComplaints})");
}
