namespace Digest.Smtp;

/// <summary>A message and its envelope: all that one transaction needs to know.</summary>
public sealed class WireMail : IDisposable
{
    /// <param name="message">Disposed of with this.</param>
    /// <param name="returnPath">Envelope sender.</param>
    /// <param name="recipient">The one recipient.</param>
    /// <exception cref="RefusedException">An address cannot be written in a command.</exception>
    public WireMail(WireMessage message, string returnPath, string recipient)
    {
        Message = message;
        From = WireAddress.Of(returnPath);
        To = WireAddress.Of(recipient);
    }

    public WireMessage Message { get; }

    internal string From { get; }

    internal string To { get; }

    public void Dispose() => Message.Dispose();
}
