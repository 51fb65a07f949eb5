using System.Text;
using MimeKit;

namespace Digest.Smtp;

/// <summary>One field of a message's header: as it is sent, and as it is signed.</summary>
/// <param name="Name">For example Message-ID.</param>
/// <param name="Raw">Name, value and line end.</param>
/// <param name="Relaxed">The same by RFC 6376 section 3.4.2: name in lower case, folding undone, white space reduced.</param>
internal sealed record HeaderField(string Name, Piece[] Raw, Piece[] Relaxed)
{
    /// <summary>The same for all readers.</summary>
    /// <param name="name">For example Subject.</param>
    /// <param name="value">Encoded and folded, without the last line end.</param>
    public static HeaderField Shared(string name, string value) => new(
        name, [Bytes($"{name}: {value}\r\n")], [Bytes(Canonical(name, value) + "\r\n")]);

    /// <summary>One reader's, who brings no white space.</summary>
    /// <param name="name">For example To.</param>
    /// <param name="open">What stands between the colon and the value.</param>
    /// <param name="value">The reader's.</param>
    /// <param name="close">What stands after it.</param>
    public static HeaderField OfReader(string name, string open, Func<ReaderValues, string> value, string close) => new(
        name,
        [Bytes($"{name}:{open}"), new AsciiPiece(value), Bytes($"{close}\r\n")],
        [Bytes(Canonical(name, open)), new AsciiPiece(value), Bytes($"{close}\r\n")]);

    /// <summary>What MimeKit folds and encodes by the rules of the field's name.</summary>
    public static HeaderField Folded(string name, string value) => Shared(name, RawValue(name, value));

    /// <returns>Without the space after the colon and the last line end.</returns>
    public static string RawValue(string name, string value)
    {
        using var stream = new MemoryStream();
        new HeaderList { { name, value } }.WriteTo(WireFormat.Options, stream);
        return Encoding.ASCII.GetString(stream.ToArray())[(name.Length + 1)..].TrimEnd('\r', '\n').TrimStart(' ');
    }

    /// <summary>Without a line end, as the signature's own field is signed.</summary>
    public static string Canonical(string name, string value) =>
        $"{name.ToLowerInvariant()}:{string.Join(' ', value.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))}";

    private static SharedPiece Bytes(string text) => new(Encoding.ASCII.GetBytes(text));
}
