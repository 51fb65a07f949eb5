using Digest.Settings;

namespace Digest.Newsletters;

/// <summary>The written form of a newsletter's settings: one YAML file (docs/newsletters.md).</summary>
public static class NewsletterFile
{
    /// <exception cref="InputException">The file is no valid newsletter; every problem is named.</exception>
    public static Newsletter Parse(string text, string fileName) => throw new NotImplementedException();
}
