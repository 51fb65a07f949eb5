using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Smtp;
using MimeKit;

namespace Digest.Deliveries;

/// <summary>
/// What only a composed message shows: the headers by which a mail client offers to leave (RFC 8058, RFC 2919), and that
/// both decoded parts are free of slots.
/// </summary>
public static class RehearseHeaders
{
    private const string Name = "headers";

    /// <summary>Checklist B11.</summary>
    private const int LongestLink = 300;

    /// <summary>Nobody: a token for it opens nothing.</summary>
    internal static RehearsedReader Probe { get; } = new(0, "reader@example.com", "reader@example.com", 1, "", default);

    /// <summary>The findings of one variant, composed for nobody.</summary>
    /// <exception cref="Settings.RefusedException">It cannot be composed.</exception>
    public static IReadOnlyList<PreflightFinding> Find(
        IssueMail issueMail, MessageComposer composer, Newsletter newsletter, Issue issue, RenderedMail content, string variant)
    {
        var mail = issueMail.Template(newsletter, issue, content, issue.DueAt);
        var claim = new Claim(
            new LedgerKey(LedgerKind.Delivery, issue.Id, Probe.SubscriberId), variant, newsletter.Id, Probe.Address, Probe.AddressKey,
            Probe.TokenVersion, Attempts: 0);
        using var ready = issueMail.Write(new FrozenIssue(newsletter, issue, mail, composer.Prepare(mail)), claim);
        return [.. Find(newsletter, ready.Message.Bytes).Select(finding => finding with { Variant = variant })];
    }

    /// <summary>Of a message as it would go over the wire.</summary>
    public static IReadOnlyList<PreflightFinding> Find(Newsletter newsletter, ReadOnlyMemory<byte> message)
    {
        using var bytes = new MemoryStream(message.ToArray());
        var mail = MimeMessage.Load(bytes);
        return [.. Headers(newsletter, mail.Headers), .. Parts(mail)];
    }

    private static IEnumerable<PreflightFinding> Headers(Newsletter newsletter, HeaderList headers)
    {
        var leave = Single(headers, "List-Unsubscribe");
        if (leave is null || !leave.StartsWith('<') || !leave.EndsWith('>') || !Uri.TryCreate(leave.Trim('<', '>'), UriKind.Absolute, out var url))
        {
            yield return Error("List-Unsubscribe is missing or is not one address in angle brackets, so that no client offers to leave.");
        }
        else
        {
            if (url.Scheme != Uri.UriSchemeHttps)
            {
                yield return new PreflightFinding(Name, url.IsLoopback ? PreflightSeverity.Warning : PreflightSeverity.Error,
                    $"List-Unsubscribe leads to {url.GetLeftPart(UriPartial.Authority)}; clients offer one-click only for https.",
                    "Set Digest:PublicUrl to the https address of the public pages.");
            }

            if (leave.Length > LongestLink)
            {
                yield return Error($"List-Unsubscribe has {leave.Length} characters; {LongestLink} are safe. Digest:PublicUrl is too long.");
            }
        }

        if (Single(headers, "List-Unsubscribe-Post") != "List-Unsubscribe=One-Click")
        {
            yield return Error("List-Unsubscribe-Post is missing or is not \"List-Unsubscribe=One-Click\" (RFC 8058 section 5).");
        }

        if (Single(headers, "List-Id")?.EndsWith($"<{newsletter.Sender.ListId}>", StringComparison.OrdinalIgnoreCase) != true)
        {
            yield return Error($"List-Id is missing or does not end in <{newsletter.Sender.ListId}>.");
        }

        foreach (var name in ((string[])["From", "To", "Subject", "Date", "Message-ID", "Reply-To"]).Where(name => Single(headers, name) is null))
        {
            yield return Error($"{name} is missing, or there twice.");
        }

        if (headers[HeaderId.DkimSignature] is { } signature
            && ((string[])["list-unsubscribe", "list-unsubscribe-post"]).Any(name => !Signed(signature).Contains(name)))
        {
            yield return Error("The DKIM signature does not cover both unsubscribe headers (RFC 8058 section 4).");
        }
    }

    private static IEnumerable<PreflightFinding> Parts(MimeMessage mail)
    {
        foreach (var (part, text) in new[] { ("text", mail.TextBody), ("HTML", mail.HtmlBody) })
        {
            if (string.IsNullOrEmpty(text))
            {
                yield return Error($"The composed message has no {part} part.");
            }
            else if (text.Contains("{{", StringComparison.Ordinal))
            {
                yield return Error($"A slot is left in the {part} part of the composed message.");
            }
        }
    }

    private static HashSet<string> Signed(string signature) => [.. signature.Split(';', StringSplitOptions.TrimEntries)
        .Where(tag => tag.StartsWith("h=", StringComparison.Ordinal))
        .SelectMany(tag => tag[2..].Split(':', StringSplitOptions.TrimEntries)).Select(name => name.Trim().ToLowerInvariant())];

    private static string? Single(HeaderList headers, string name) =>
        headers.Where(header => header.Field.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList() is [var only] ? only.Value.Trim() : null;

    private static PreflightFinding Error(string finding) =>
        new(Name, PreflightSeverity.Error, finding, "Look at the newsletter's sender and Digest:PublicUrl; nothing else decides the headers.");
}
