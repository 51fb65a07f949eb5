using Microsoft.AspNetCore.Routing;

namespace Digest.Local.Mailbox;

/// <summary>The page of a local mailbox: what arrived, each message as HTML in a sandboxed frame, text, headers and source.</summary>
public static class InboxPages
{
    /// <param name="routes">Of the host that shows it.</param>
    /// <param name="prefix">For example "/inbox".</param>
    /// <param name="store">What the mailbox accepted.</param>
    public static void MapInbox(this IEndpointRouteBuilder routes, string prefix, MailStore store) =>
        throw new NotImplementedException($"{routes}{prefix}{store}");
}
