using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Digest.Web.Pages.Admin;

/// <summary>
/// What an action did, carried over the redirect in the address of the next page. It is protected, so nobody can send
/// an operator a link that says something was done.
/// </summary>
public sealed class Said(IDataProtectionProvider protection)
{
    public const string Parameter = "said";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("Digest.Web.Said").ToTimeLimitedDataProtector();

    public string Done(string back, string sentence) => Append(back, $"+{sentence}");

    public string Refused(string back, string sentence) => Append(back, $"-{sentence}");

    /// <summary>The message of this request, if it carries one that is fresh and ours.</summary>
    public SaidMessage? Read(HttpRequest request)
    {
        if (request.Query[Parameter].ToString() is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            var message = protector.Unprotect(text);
            return new SaidMessage(message[1..], WasRefused: message[0] == '-');
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private string Append(string back, string message)
    {
        var fragment = back.IndexOf('#', StringComparison.Ordinal);
        var (page, anchor) = fragment < 0 ? (back, "") : (back[..fragment], back[fragment..]);
        return QueryHelpers.AddQueryString(page, Parameter, protector.Protect(message, Lifetime)) + anchor;
    }
}

/// <param name="Sentence">What was done, or why not.</param>
/// <param name="WasRefused">Nothing was done.</param>
public sealed record SaidMessage(string Sentence, bool WasRefused);
