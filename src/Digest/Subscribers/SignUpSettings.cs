using System.ComponentModel.DataAnnotations;
using Digest.Settings;

namespace Digest.Subscribers;

/// <summary>How signing up is kept from being used against somebody else's mailbox, and what is kept of it.</summary>
public sealed class SignUpSettings : ISettings
{
    public static string Section => "Digest:SignUp";

    /// <summary>A week, in minutes.</summary>
    internal const int LongestInterval = 10_080;

    /// <summary>At most one confirmation goes to an address in this many minutes (checklist H8), unless its reader left in between.</summary>
    [Range(1, LongestInterval, ErrorMessage = "must be 1 to 10080 minutes.")]
    public int ConfirmationIntervalMinutes { get; set; } = 60;

    /// <summary>Days after which a sign-up that was never confirmed is purged; longer than a confirmation link lives.</summary>
    [Range(8, 365, ErrorMessage = "must be 8 to 365 days.")]
    public int PurgeAfterDays { get; set; } = 30;

    /// <summary>Keeps the IP address of a request with its consent evidence. Off: keep it only where the law you answer to asks for it.</summary>
    public bool RecordRemoteAddress { get; set; }

    public IEnumerable<string> Problems() => [];
}
