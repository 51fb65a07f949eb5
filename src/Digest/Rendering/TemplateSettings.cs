using Digest.Settings;

namespace Digest.Rendering;

public sealed class TemplateSettings : ISettings
{
    public static string Section => "Digest:Templates";

    /// <summary>Folder of the mail templates; the ones that came with the program when left out.</summary>
    public string Directory { get; set; } = Path.Combine(AppContext.BaseDirectory, "templates");

    public IEnumerable<string> Problems()
    {
        if (!System.IO.Directory.Exists(Directory))
        {
            yield return $"Digest:Templates:Directory '{Directory}' does not exist; name the folder that holds weekly.cshtml, or leave it out.";
        }
    }
}
