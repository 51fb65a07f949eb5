using System.Globalization;
using System.Text;

namespace Digest.Local.Mailbox;

/// <summary>
/// Keeps a mailbox between runs: a file a message, with the envelope before it as a delivery agent writes it
/// (Return-Path, Delivered-To, and the instant of arrival).
/// </summary>
public static class MailFolder
{
    private const string ReturnPath = "Return-Path: ";
    private const string DeliveredTo = "Delivered-To: ";
    private const string Arrived = "X-Arrived: ";

    /// <summary>A store with the folder's messages in order of arrival, that saves to the folder what it accepts from now on.</summary>
    /// <exception cref="LocalException">A file of the folder is no message of ours.</exception>
    public static async Task<MailStore> OpenAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var kept = new List<ReceivedMail>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.eml").Order(StringComparer.Ordinal))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                kept.Add(Read(file, id, await File.ReadAllBytesAsync(file, cancellationToken)));
            }
        }

        return new MailStore(kept: kept, save: mail => Write(folder, mail));
    }

    /// <summary>Written before the server answers 250: what was accepted is kept.</summary>
    private static void Write(string folder, ReceivedMail mail)
    {
        var envelope = string.Create(CultureInfo.InvariantCulture,
            $"{ReturnPath}{mail.ReturnPath}\r\n{DeliveredTo}{mail.Recipient}\r\n{Arrived}{mail.ReceivedAt:O}\r\n");
        var file = Path.Combine(folder, $"{mail.Id:000000}.eml");
        using var stream = new FileStream(file + ".new", FileMode.Create);
        stream.Write(Encoding.UTF8.GetBytes(envelope));
        stream.Write(mail.Raw.Span);
        stream.Dispose();
        File.Move(file + ".new", file, overwrite: true);
    }

    private static ReceivedMail Read(string file, int id, byte[] bytes)
    {
        var from = 0;
        string Line(string name)
        {
            var end = bytes.AsSpan(from).IndexOf("\r\n"u8);
            var line = end < 0 ? "" : Encoding.UTF8.GetString(bytes, from, end);
            from += end + 2;
            return line.StartsWith(name, StringComparison.Ordinal) ? line[name.Length..]
                : throw new LocalException($"{file} is no message of this mailbox; delete it, or run with --fresh.");
        }

        var (returnPath, recipient, arrived) = (Line(ReturnPath), Line(DeliveredTo), Line(Arrived));
        return new ReceivedMail(id, returnPath, recipient, bytes.AsMemory(from),
            DateTimeOffset.Parse(arrived, CultureInfo.InvariantCulture), Connection: 0);
    }
}
