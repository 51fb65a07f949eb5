using System.Globalization;

namespace Digest.Rendering;

/// <summary>A language as a mail needs it.</summary>
/// <param name="Tag">BCP 47, for <c>lang</c>.</param>
/// <param name="Direction">"ltr" or "rtl", for <c>dir</c>.</param>
public sealed record Tongue(string Tag, string Direction)
{
    public static Tongue Of(string tag) => new(tag, CultureOf(tag).TextInfo.IsRightToLeft ? "rtl" : "ltr");

    /// <summary>A tag that no culture answers to reads as the invariant one: a date in English is better than no mail.</summary>
    public static CultureInfo CultureOf(string tag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(tag);
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }
    }
}
