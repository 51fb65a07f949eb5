using System.Buffers;
using Digest.Rendering;
using Digest.Settings;

namespace Digest.Smtp;

/// <summary>What is one reader's own in a mail; the rest is <see cref="MailTemplate"/>. The same on every try.</summary>
/// <param name="To">The reader's address as typed.</param>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="Slots">What fills the slots; its unsubscribe URL is also that of List-Unsubscribe (RFC 8058).</param>
public sealed record ReaderValues(string To, string MessageId, SlotValues Slots)
{
    /// <summary>Printable ASCII but for what could end or fold a header field, or leave its angle brackets.</summary>
    private static readonly SearchValues<char> Printable = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code).Where(character => character is not ('<' or '>'))]);

    /// <summary>The same with the address as it may stand in a header.</summary>
    /// <exception cref="RefusedException">A value cannot be written in a message.</exception>
    internal ReaderValues ForTheWire()
    {
        Check("Message-ID", MessageId);
        Check("List-Unsubscribe", Slots.UnsubscribeUrl);
        Check("preferences link", Slots.PreferencesUrl);
        Check("confirmation link", Slots.ConfirmUrl);
        return this with { To = WireAddress.Of(To) };
    }

    private static void Check(string name, string value)
    {
        if (value.AsSpan().ContainsAnyExcept(Printable))
        {
            throw new RefusedException($"The {name} of a reader must be plain ASCII without spaces; check the newsletter's addresses and Digest:PublicUrl.");
        }
    }
}
