using System.ComponentModel.DataAnnotations;
using Digest.Settings;

namespace Digest.Feedback;

/// <summary>How long what readers leave of themselves is kept.</summary>
public sealed class TakeSettings : ISettings
{
    public static string Section => "Digest:Takes";

    /// <summary>Days after which a take loses its address; what was said stays.</summary>
    [Range(1, 3650, ErrorMessage = "must be 1 to 3650 days.")]
    public int KeepAddressDays { get; set; } = 365;

    public IEnumerable<string> Problems() => [];
}
