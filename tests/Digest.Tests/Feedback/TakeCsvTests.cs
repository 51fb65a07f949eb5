using System.Text.RegularExpressions;
using CsCheck;
using CsvHelper;
using Digest.Feedback;
using Shouldly;
using Xunit;

namespace Digest.Tests.Feedback;

public sealed partial class TakeCsvTests
{
    private const string Formulas = "=+-@＝＋－＠";

    /// <summary>Letters, separators, quotes, line ends, and what begins a formula, in any order.</summary>
    private static readonly Gen<string> Words = Gen.Char["ab ,;\t\r\n\"'=+-@＝＠|!()"].Array[0, 24].Select(letters => new string(letters));

    [Theory]
    [InlineData("plain words", "\"plain words\"")]
    [InlineData("=1+2", "\"'=1+2\"")]
    [InlineData("@sum", "\"'@sum\"")]
    [InlineData("+49 30", "\"'+49 30\"")]
    [InlineData("a \"quoted\" word", "\"a \"\"quoted\"\" word\"")]
    [InlineData("one\n-two", "\"one\n'-two\"")]
    [InlineData("one;=cmd|' /C calc'!A0", "\"one;'=cmd|' /C calc'!A0\"")]
    [InlineData("x = y, a-b", "\"x = y, a-b\"")]
    public async Task A_word_is_never_a_formula(string text, string field) =>
        (await WriteAsync(text)).Split("\r\n", 2)[1].ShouldBe($"\"2026-11-24T08:00:00Z\",\"\",\"\",\"\",{field},\"\",\"\"\r\n");

    [Fact]
    public void Whatever_was_typed_comes_out_in_its_cell_and_no_program_finds_a_formula() => Words.Sample(text =>
    {
        var csv = WriteAsync(text).GetAwaiter().GetResult();

        var cell = CellOf(csv);
        var cells = Separators().Split(csv).Select(piece => piece.Trim(' ', '"')).Append(cell.TrimStart());
        return cells.All(piece => piece.Length == 0 || !Formulas.Contains(piece[0]))
            && cell.Replace("'", "", StringComparison.Ordinal) == text.Replace("'", "", StringComparison.Ordinal);
    });

    private static async Task<string> WriteAsync(string text)
    {
        await using var target = new StringWriter();
        var take = new Take { Text = text, CreatedAt = new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.FromHours(1)) };
        await TakeCsv.WriteAsync([new TakeLine(take, null, null, null)], target);
        return target.ToString();
    }

    /// <summary>By the reader of another library.</summary>
    private static string CellOf(string csv)
    {
        using var reader = CsvReader.Create(new StringReader(csv), new CsvReaderOptions { Separator = ',' });
        reader.ReadHeader();
        reader.Read().ShouldBeTrue();
        return reader["text"].ToString();
    }

    /// <summary>As a program splits that takes other separators and pays no heed to quotes.</summary>
    [GeneratedRegex("[,;\\t\\r\\n]")]
    private static partial Regex Separators();
}
