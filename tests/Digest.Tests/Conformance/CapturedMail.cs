using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Digest.Local.Mailbox;
using MimeKit;

namespace Digest.Tests.Conformance;

/// <summary>One message as the server received it, and the views the checklist looks at.</summary>
public sealed partial class CapturedMail
{
    public CapturedMail(ReceivedMail received)
    {
        Received = received;
        Raw = Encoding.Latin1.GetString(received.Raw.Span);
        Message = MimeMessage.Load(new MemoryStream(received.Raw.ToArray()));
        Html = new HtmlParser().ParseDocument(HtmlBody);
    }

    public ReceivedMail Received { get; }

    /// <summary>Every octet as one character.</summary>
    public string Raw { get; }

    public string[] Lines => Raw.Split("\r\n");

    public MimeMessage Message { get; }

    public IDocument Html { get; }

    public string HtmlBody => Message.HtmlBody ?? throw new InvalidDataException("The message has no HTML part.");

    public string Text => Message.TextBody ?? throw new InvalidDataException("The message has no text part.");

    public string Subject => Message.Subject ?? throw new InvalidDataException("The message has no subject.");

    public MultipartAlternative Alternatives => Message.Body as MultipartAlternative
        ?? throw new InvalidDataException("The message is no multipart/alternative.");

    public IEnumerable<TextPart> Parts => Alternatives.Cast<TextPart>();

    /// <summary>Header fields as sent, still folded.</summary>
    public IReadOnlyList<string> RawHeaders => FieldStart().Split(Raw[..Raw.IndexOf("\r\n\r\n", StringComparison.Ordinal)]);

    public string RawHeader(string name) => RawHeaders.Single(field => field.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>The value of a header that must be there.</summary>
    public string Header(string name) => Message.Headers[name] ?? throw new InvalidDataException($"The message has no {name}.");

    public int Count(string header) => Message.Headers.Count(field => string.Equals(field.Field, header, StringComparison.OrdinalIgnoreCase));

    /// <summary>The content of a part after its transfer encoding is undone, every octet as one character.</summary>
    public static string Decoded(TextPart part)
    {
        using var content = new MemoryStream();
        part.Content!.DecodeTo(content);
        return Encoding.Latin1.GetString(content.ToArray());
    }

    [GeneratedRegex("\r\n(?=[^ \t])")]
    private static partial Regex FieldStart();
}
