namespace Digest.Local.Mailbox;

/// <summary>The argument of MAIL and RCPT: a path in angle brackets and parameters (RFC 5321 section 4.1.2).</summary>
internal sealed record SmtpPath(string Address, IReadOnlyList<string> Parameters)
{
    /// <param name="argument">What follows the verb.</param>
    /// <param name="keyword">"FROM:" or "TO:".</param>
    /// <returns>None when it is not well-formed.</returns>
    public static SmtpPath? Parse(string argument, string keyword)
    {
        // A space after the colon is a common error of clients, and harmless.
        var path = argument.StartsWith(keyword, StringComparison.OrdinalIgnoreCase) ? argument[keyword.Length..].TrimStart(' ') : "";
        var close = CloseOf(path);
        if (close < 0 || (close + 1 < path.Length && path[close + 1] != ' '))
        {
            return null;
        }

        return new SmtpPath(path[1..close], path[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The size that the client announces (RFC 1870), where it does.</summary>
    public long? Size => Parameters
        .Where(parameter => parameter.StartsWith("SIZE=", StringComparison.OrdinalIgnoreCase))
        .Select(parameter => long.TryParse(parameter.AsSpan(5), out var size) ? size : (long?)null)
        .FirstOrDefault();

    /// <summary>A quoted local part may hold any bracket.</summary>
    private static int CloseOf(string path)
    {
        var quoted = false;
        for (var i = 0; i < path.Length; i++)
        {
            if (i == 0 && path[0] != '<')
            {
                return -1;
            }

            if (path[i] == '\\' && quoted)
            {
                i++;
            }
            else if (path[i] == '"')
            {
                quoted = !quoted;
            }
            else if (path[i] == '>' && !quoted)
            {
                return i;
            }
        }

        return -1;
    }
}
