using System.ComponentModel.DataAnnotations;

namespace Digest.Settings;

internal static class SettingsAttributes
{
    /// <summary>What the attributes of a settings object forbid: one sentence each, which begins with the full name of the setting.</summary>
    /// <param name="settings">The object itself, without what it holds.</param>
    /// <param name="path">The section that it was read from.</param>
    public static IEnumerable<string> Problems(object settings, string path)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true);
        return results.Select(result => $"{path}:{string.Join(",", result.MemberNames)}: {result.ErrorMessage}");
    }
}
