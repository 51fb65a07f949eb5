using System.Text;
using Digest.Data;
using Digest.Deliveries;
using Digest.Local.Mailbox;
using Digest.Newsletters;
using Digest.Smtp;
using Npgsql;

namespace Digest.Cli.Drill;

/// <param name="Accepted">Rows that the ledger calls accepted.</param>
/// <param name="InDoubt">Rows that the ledger is in doubt of.</param>
/// <param name="InDoubtReceived">How many of these the mailbox has.</param>
/// <param name="Lost">Readers without a settled row, or whose row is not in doubt and whose mail never arrived.</param>
/// <param name="Doubled">Mails that arrived a second time, or that nobody was owed.</param>
internal sealed record DrillCounts(int Accepted, int InDoubt, int InDoubtReceived, int Lost, int Doubled);

/// <summary>Compares the ledger with what the mailbox received, message by message: by recipient and Message-ID.</summary>
internal sealed class DrillCount(NpgsqlDataSource dataSource, MessageIds messageIds)
{
    private const string Rows = """
        select d.subscriber_id, s.address, d.state
        from digest.deliveries d join digest.subscribers s on s.id = d.subscriber_id
        where d.issue_id = $1
        """;

    private static readonly byte[] Field = "\r\nMessage-ID: <"u8.ToArray();

    /// <summary>All that the mailbox keeps of a message: its Message-ID without brackets, or nothing.</summary>
    public static ReadOnlyMemory<byte> MessageIdOf(ReadOnlyMemory<byte> raw)
    {
        var start = raw.Span.IndexOf(Field) + Field.Length;
        var length = raw.Span[start..].IndexOf((byte)'>');
        return start < Field.Length || length < 0 ? default : raw.Slice(start, length).ToArray();
    }

    public async Task<DrillCounts> RunAsync(
        Newsletter newsletter, long issueId, int readers, IReadOnlyList<ReceivedMail> received, CancellationToken cancellationToken)
    {
        var copies = received.CountBy(mail => (mail.Recipient, Encoding.ASCII.GetString(mail.Raw.Span))).ToDictionary();
        int rows = 0, accepted = 0, inDoubt = 0, inDoubtReceived = 0, lost = 0, owed = 0;
        await using var command = dataSource.CreateCommand(Rows);
        command.Parameters.Add(new() { Value = issueId });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            rows++;
            var id = messageIds.Of(new LedgerKey(LedgerKind.Delivery, issueId, row.GetInt64(0)), newsletter.Sender.IssueAddress);
            var arrived = copies.ContainsKey((row.GetString(1), id));
            owed += arrived ? 1 : 0;
            switch (SnakeCase.Parse<DeliveryState>(row.GetString(2)))
            {
                case DeliveryState.InDoubt:
                    inDoubt++;
                    inDoubtReceived += arrived ? 1 : 0;
                    break;
                case DeliveryState.Accepted:
                    accepted++;
                    lost += arrived ? 0 : 1;
                    break;
                default:
                    lost++;
                    break;
            }
        }

        return new DrillCounts(accepted, inDoubt, inDoubtReceived, lost + readers - rows, received.Count - owed);
    }
}
