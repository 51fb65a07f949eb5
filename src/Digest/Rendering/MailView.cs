using Digest.Newsletters;

namespace Digest.Rendering;

/// <summary>What every template is given: values ready to show, no word and no look.</summary>
/// <param name="Newsletter">Whose mail it is.</param>
/// <param name="HomeUrl">The newsletter's public page.</param>
public abstract record MailView(Newsletter Newsletter, string HomeUrl)
{
    public Tongue Tongue { get; } = Tongue.Of(Newsletter.Language);

    /// <summary>The reader has confirmed, so the foot offers to leave.</summary>
    public abstract bool ForSubscribers { get; }

    public IReadOnlyList<string> PostalAddressLines { get; } =
        Newsletter.PostalAddress.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

public sealed record ConfirmationView(Newsletter Newsletter, string HomeUrl) : MailView(Newsletter, HomeUrl)
{
    public override bool ForSubscribers => false;
}

/// <param name="Newsletter">Whose mail it is.</param>
/// <param name="HomeUrl">The newsletter's public page.</param>
/// <param name="Latest">Title and address of the latest issue that went out, or none.</param>
public sealed record WelcomeView(Newsletter Newsletter, string HomeUrl, (string Subject, string Url)? Latest) : MailView(Newsletter, HomeUrl)
{
    public override bool ForSubscribers => true;

    /// <summary>When Monday's issue leaves, in the language's own way of writing a time.</summary>
    public string SendTime => Newsletter.Schedule.SendAt.ToString("t", Tongue.CultureOf(Newsletter.Language));
}
