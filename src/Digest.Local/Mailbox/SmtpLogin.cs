using System.Text;

namespace Digest.Local.Mailbox;

/// <summary>AUTH PLAIN (RFC 4616) and AUTH LOGIN: reads the credentials and lets everybody in.</summary>
internal static class SmtpLogin
{
    /// <param name="argument">What follows AUTH: the mechanism and, perhaps, an initial response.</param>
    /// <param name="ask">Writes a 334 reply with this text and reads the client's line.</param>
    /// <returns>The user name; none when the client cancelled or the mechanism is another.</returns>
    public static async Task<string?> ReadAsync(string argument, Func<string, Task<string?>> ask)
    {
        var words = argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var initial = words.Length > 1 ? words[1] : null;
        switch (words.FirstOrDefault()?.ToUpperInvariant())
        {
            case "PLAIN":
                var response = Decode(initial ?? await ask(""));
                return response?.Split('\0') is [_, var name, _] ? name : null;
            case "LOGIN":
                var user = Decode(initial ?? await ask(Encode("Username:")));
                return user is not null && Decode(await ask(Encode("Password:"))) is not null ? user : null;
            default:
                return null;
        }
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static string? Decode(string? text)
    {
        var bytes = new byte[text?.Length ?? 0];
        return text is not null && Convert.TryFromBase64String(text, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : null;
    }
}
