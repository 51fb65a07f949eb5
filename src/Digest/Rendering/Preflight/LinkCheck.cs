using Digest.Issues;

namespace Digest.Rendering;

/// <summary>Where links lead, as far as that can be told without asking anybody, and what they say of it.</summary>
internal static class LinkCheck
{
    private const string Name = "links";

    private const string Mend = "Mend the link in the story or the newsletter's settings, then assemble again.";

    /// <summary>Words that say nothing when read alone (WCAG 2.4.4).</summary>
    private static readonly HashSet<string> Vague = new(StringComparer.OrdinalIgnoreCase)
    {
        "click here", "click", "here", "this", "link", "this link", "more", "read more", "learn more", "more info", "details",
        "hier", "hier klicken", "mehr", "weiterlesen", "ici", "cliquez ici", "lire la suite", "aquí", "haga clic aquí",
    };

    public static IEnumerable<PreflightFinding> Find(CheckedMail mail)
    {
        var secure = mail.Links.Select(link => UrlOf(link.Target)).Where(url => url?.Scheme == Uri.UriSchemeHttps).Select(url => url!.Authority).ToHashSet();
        var own = mail.Links.Select(link => UrlOf(link.Target)).FirstOrDefault(url => url is not null && IsOwn(url, mail.Newsletter.Slug))?.Authority;
        CheckedLink? before = null;
        foreach (var link in mail.Links)
        {
            foreach (var finding in Target(link, secure, own).Concat(Words(link)))
            {
                yield return finding;
            }

            if (link.FollowsLink && link.Target == before?.Target)
            {
                yield return Found.Warning(
                    Name, $"{link.Place} follows another to the same place, so that it is read out twice.",
                    "Make the two one link, or put words between them.");
            }

            before = link;
        }

        if (own is not null && PrivateHost.IsPrivate(new Uri($"http://{own}").Host))
        {
            yield return Found.Warning(Name, $"The mail's own pages are at {own}, which only this machine or this house opens.",
                "Set Digest:PublicUrl to where readers reach them before a mail goes to one.");
        }
    }

    private static IEnumerable<PreflightFinding> Target(CheckedLink link, HashSet<string> secure, string? own)
    {
        if (string.IsNullOrWhiteSpace(link.Target))
        {
            yield return Found.Error(
                Name, $"{link.Place} leads nowhere.",
                "Give it an http or https address or make it plain words: other kinds of address are taken out of a mail.");
            yield break;
        }

        if (link.Target.Contains("{{", StringComparison.Ordinal))
        {
            // A slot, or a leftover.
            yield break;
        }

        if (UrlOf(link.Target) is not { } url)
        {
            yield return Found.Error(Name, $"{link.Place} leads to {Found.Quote(link.Target)}, which no mail client opens.", Mend);
        }
        else if (url.Scheme != Uri.UriSchemeMailto && url.Authority != own && PrivateHost.IsPrivate(url.Host))
        {
            yield return Found.Error(Name, $"{link.Place} leads to {url.Host}, which readers cannot reach.", Mend);
        }
        else if (url.Scheme == Uri.UriSchemeHttp && secure.Contains(url.Authority))
        {
            yield return Found.Warning(Name, $"{link.Place} leads to {url.Authority} by http, another link by https.", "Write https.");
        }
    }

    private static IEnumerable<PreflightFinding> Words(CheckedLink link)
    {
        if (link.Name.Length == 0)
        {
            yield return Found.Error(
                Name, $"A link to {Found.Quote(link.Target ?? "nowhere")}{CheckedMail.Under(link.Heading, "")} has no words.",
                "Give it words, or its picture an alt text.");
        }
        else if (Vague.Contains(link.Name.Trim(' ', '.', '…', '»', '>', '→')))
        {
            yield return Found.Warning(
                Name, $"{link.Place} does not say where it leads, to {Found.Quote(link.Target ?? "")}.",
                "Link the words that name the place.");
        }
    }

    /// <returns>None for what is no address that a mail may link to.</returns>
    private static Uri? UrlOf(string? target) => target is not null
        && !target.Any(character => char.IsWhiteSpace(character) || char.IsControl(character))
        && Uri.TryCreate(target, UriKind.Absolute, out var url)
        && ((url.Scheme is "http" or "https" && url.Host.Length > 0) || (url.Scheme == Uri.UriSchemeMailto && target.Contains('@', StringComparison.Ordinal)))
        ? url
        : null;

    /// <summary>The newsletter's home or something below it.</summary>
    private static bool IsOwn(Uri url, string slug) => url.Scheme != Uri.UriSchemeMailto
        && (url.AbsolutePath == $"/{slug}" || url.AbsolutePath.Contains($"/{slug}/issues/", StringComparison.Ordinal));
}
