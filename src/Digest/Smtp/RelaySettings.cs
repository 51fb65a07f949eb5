using Digest.Settings;

namespace Digest.Smtp;

/// <summary>The relays beside that of <see cref="SmtpSettings"/>, each with the same settings, by name.</summary>
public sealed class RelaySettings : ISettings
{
    private const int LongestName = 40;

    public static string Section => "Digest";

    public Dictionary<string, SmtpSettings> Relays { get; set; } = [];

    public IEnumerable<string> Problems()
    {
        foreach (var (name, relay) in Relays)
        {
            var path = $"{Section}:{nameof(Relays)}:{name}";
            if (FieldChecks.Slug(LongestName)(name) is { } problem)
            {
                yield return $"{path}: the name {problem}";
            }

            if (name == Smtp.Relays.Main)
            {
                yield return $"{path}: {name} is the name of the relay in {SmtpSettings.Section}; choose another.";
            }

            foreach (var wrong in SettingsAttributes.Problems(relay, path).Concat(relay.Problems(path)))
            {
                yield return wrong;
            }
        }
    }
}
