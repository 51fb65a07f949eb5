using MimeKit;

namespace Digest.Smtp;

/// <summary>
/// A body that was encoded once. Signing hashes it, SIZE measures it and sending copies it, three passes that would each
/// encode again; and nothing can come out differently from what was signed.
/// </summary>
internal sealed class EncodedBody(ContentType type, ReadOnlyMemory<byte> bytes) : MimeEntity(type)
{
    /// <summary>Encodes, with CRLF line ends, everything after the header of the entity.</summary>
    /// <param name="entity">Prepared; may be disposed of afterwards.</param>
    /// <param name="expectedLength">In bytes, so that the buffer seldom grows.</param>
    public static EncodedBody Of(MimeEntity entity, int expectedLength)
    {
        using var stream = new MemoryStream(expectedLength);
        entity.WriteTo(WireFormat.Options, stream, contentOnly: true);
        return new EncodedBody(entity.ContentType.Clone(), stream.GetBuffer().AsMemory(0, (int)stream.Length));
    }

    public override void Prepare(EncodingConstraint constraint, int maxLineLength = 78)
    {
        // Encoded already, and to 7 bit.
    }

    public override void WriteTo(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
    {
        base.WriteTo(options, stream, contentOnly, cancellationToken);
        stream.Write(bytes.Span);
    }

    public override async Task WriteToAsync(
        FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
    {
        await base.WriteToAsync(options, stream, contentOnly, cancellationToken);
        await stream.WriteAsync(bytes, cancellationToken);
    }
}
