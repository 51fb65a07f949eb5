using System.Text.RegularExpressions;

namespace Digest.Deliveries;

/// <summary>
/// Reads the log of a relay, line by line in its order, for messages of ours that it took. Knows the logs of Postfix,
/// Exim and sendmail. That a Message-ID stands in a log is not enough: Postfix writes it when it reads the header, and may
/// refuse the message after that. Taken is what Exim logs as received, and what the other two have in their queue.
/// </summary>
/// <param name="wanted">Message-IDs without angle brackets.</param>
public sealed partial class RelayLog(IEnumerable<string> wanted)
{
    private readonly HashSet<string> wanted = new(wanted, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Which of our messages the relay has under this name. Names are used again: the latest counts.</summary>
    private readonly Dictionary<string, string> queued = [];

    /// <summary>Of those wanted.</summary>
    public IReadOnlySet<string> Taken => taken;

    /// <summary>A line was read that names a message as one of these programs does.</summary>
    public bool IsLog { get; private set; }

    public void Read(string line)
    {
        var queueId = QueueId().Match(line).Groups["id"].Value;
        var isReceived = EximReceived().IsMatch(line);
        IsLog |= queueId.Length > 0 || isReceived;
        if (OursIn(line) is { } messageId)
        {
            if (isReceived)
            {
                taken.Add(messageId);
            }
            else if (queueId.Length > 0)
            {
                queued[queueId] = messageId;
            }
        }
        else if (NamesAnother().IsMatch(line))
        {
            queued.Remove(queueId);
        }

        if (queueId.Length > 0 && queued.TryGetValue(queueId, out var known) && InQueue().IsMatch(line))
        {
            taken.Add(known);
        }
    }

    private string? OursIn(string line)
    {
        foreach (Match match in MessageId().Matches(line))
        {
            if (wanted.TryGetValue(match.Value.TrimEnd('.', '-'), out var messageId))
            {
                return messageId;
            }
        }

        return null;
    }

    /// <summary>In the form of <see cref="MessageIds"/>.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9])[a-z2-7]{26}@[A-Za-z0-9.-]+", RegexOptions.IgnoreCase)]
    private static partial Regex MessageId();

    /// <summary>What follows the program and its process: "postfix/qmgr[812]: 4XyZ1A2b3Cz9: from=...".</summary>
    [GeneratedRegex(@"\]: (?<id>[A-Za-z0-9]{6,}): ")]
    private static partial Regex QueueId();

    /// <summary>"1tZ0Ab-000000001Cd-2E3f &lt;= sender H=host P=esmtps S=25000 id=..."</summary>
    [GeneratedRegex(@" <= .* id=")]
    private static partial Regex EximReceived();

    [GeneratedRegex(@"(message-id|msgid)=", RegexOptions.IgnoreCase)]
    private static partial Regex NamesAnother();

    /// <summary>Postfix's queue manager and delivery agents; sendmail's deliveries.</summary>
    [GeneratedRegex(@"\(queue active\)|\bstatus=(sent|deferred|bounced|expired)\b|\bstat=(Sent|Deferred|queued)\b")]
    private static partial Regex InQueue();
}
