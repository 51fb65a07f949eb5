namespace Digest.Deliveries;

/// <summary>Settles what is in doubt by the log of the relay that may have taken it.</summary>
public sealed class SettleByLog(LateEvidence evidence)
{
    /// <param name="doubts">What is in doubt.</param>
    /// <param name="log">The relay's log, from before the first doubt; read to its end.</param>
    /// <param name="cancellationToken">Stops between two rows; running it again settles the rest.</param>
    /// <returns>How many doubts are settled as accepted; none where no line of it is one that such a log has.</returns>
    public async Task<int?> RunAsync(IReadOnlyList<Doubt> doubts, TextReader log, CancellationToken cancellationToken)
    {
        var reading = new RelayLog(doubts.Select(doubt => doubt.MessageId));
        while (await log.ReadLineAsync(cancellationToken) is { } line)
        {
            reading.Read(line);
        }

        if (!reading.IsLog)
        {
            return null;
        }

        var settled = 0;
        foreach (var doubt in doubts.Where(doubt => reading.Taken.Contains(doubt.MessageId)))
        {
            settled += await evidence.RunAsync(doubt.Key, Evidence.RelayLog, cancellationToken) ? 1 : 0;
        }

        return settled;
    }
}
