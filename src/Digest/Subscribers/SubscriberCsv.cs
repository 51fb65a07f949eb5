using CsvHelper;
using Digest.Settings;

namespace Digest.Subscribers;

/// <summary>
/// The written form of subscribers: comma-separated (RFC 4180) with a header. Only <c>address</c> must be there; a row
/// without a state is confirmed, as a list that is moved here consists of people who agreed.
/// </summary>
internal static class SubscriberCsv
{
    private static readonly string[] Columns = ["address", "state", "time_zone", "confirmed_at", "topics"];

    private static readonly CsvReaderOptions Format = new()
    {
        // Not detected: topics are separated by semicolons within their field.
        Separator = ',',
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    /// <param name="text">The whole file.</param>
    /// <param name="fileName">The name it is reported by.</param>
    /// <param name="topics">Keys that readers may choose from; without any, topics are free words.</param>
    /// <param name="now">Nobody confirmed later.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InputException">At least one row is wrong; the first twenty problems are named with their lines.</exception>
    public static async Task<List<SubscriberRow>> ReadAsync(
        TextReader text, string fileName, IReadOnlyCollection<string> topics, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var problems = new ImportProblems(fileName);
        var rows = new List<SubscriberRow>();
        try
        {
            using var csv = CsvReader.Create(text, Format, leaveOpen: true);
            await csv.ReadHeaderAsync(cancellationToken);
            CheckHeader(csv, problems);
            problems.ThrowIfAny();
            while (await csv.ReadAsync(cancellationToken))
            {
                if (SubscriberRow.Read(csv, topics, now, problems) is { } row)
                {
                    rows.Add(row);
                }
            }
        }
        catch (CsvFormatException error)
        {
            problems.Add(error.LineNumber, null, "The quotes of this row do not close; double a quote inside a quoted field.");
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw new InputException([new InputProblem(fileName, null, null, "The file is not UTF-8; save it as UTF-8 and try again.")]);
        }

        problems.ThrowIfAny();
        return rows;
    }

    private static void CheckHeader(CsvReader csv, ImportProblems problems)
    {
        var names = csv.Headers.Select(name => name.Trim().ToLowerInvariant()).ToList();
        if (!names.Contains("address"))
        {
            problems.Add(1, "address", $"The first line must name the columns, and this one is missing; there are {string.Join(", ", Columns)}.");
        }

        foreach (var unknown in names.Except(Columns))
        {
            problems.Add(1, unknown, $"There is no such column; remove it or mend its name, there are {string.Join(", ", Columns)}.");
        }

        foreach (var (name, _) in names.CountBy(name => name).Where(pair => pair.Value > 1))
        {
            problems.Add(1, name, "This column is there more than once.");
        }
    }
}
