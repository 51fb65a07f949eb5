namespace Digest.Newsletters;

/// <summary>A feed that stories come from, and what is known of all its entries beforehand.</summary>
/// <param name="Url">RSS, Atom or JSON Feed; http or https.</param>
/// <param name="Outlet">Who publishes it.</param>
public sealed record FeedSettings(string Url, string Outlet)
{
    /// <summary>The publication's own stories, or pieces of others that become sources.</summary>
    public FeedRole Role { get; init; } = FeedRole.Sources;

    /// <summary>Lens of its pieces as sources, or none.</summary>
    public string? Lens { get; init; }

    /// <summary>Stance of its pieces as sources, or none.</summary>
    public string? Stance { get; init; }

    /// <summary>Topics of a story that begins with one of its entries, beside the entry's own categories.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Editor's weight of such a story, -100 to 100.</summary>
    public int Weight { get; init; }

    /// <summary>Minutes from one poll to the next, 5 to 1440.</summary>
    public int PollMinutes { get; init; } = 30;
}

public enum FeedRole
{
    /// <summary>Each entry is one of the publication's stories.</summary>
    Stories,

    /// <summary>Each entry is another outlet's piece: a source of the story it tells of.</summary>
    Sources,
}
