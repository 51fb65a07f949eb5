using Digest.Settings;

namespace Digest.Rendering;

public sealed class TemplateSettings : ISettings
{
    public static string Section => "Digest:Templates";

    /// <summary>Folder of the mail templates; the ones that came with the program when left out.</summary>
    public string Directory { get; set; } = Path.Combine(AppContext.BaseDirectory, "templates");

    /// <summary>
    /// Folder in which compiled templates are kept between runs, private to whoever runs the program as it holds code;
    /// nothing is kept when empty. Left out, the user's cache by the XDG Base Directory Specification.
    /// </summary>
    public string Cache { get; set; } = UserCache();

    public IEnumerable<string> Problems()
    {
        if (!System.IO.Directory.Exists(Directory))
        {
            yield return $"Digest:Templates:Directory '{Directory}' does not exist; name the folder that holds weekly.cshtml, or leave it out.";
        }
    }

    private static string UserCache()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named
            ? named
            : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache") : "";
        // A relative path is to be ignored.
        return Path.IsPathFullyQualified(cache) ? Path.Combine(cache, "digest", "templates") : "";
    }
}
