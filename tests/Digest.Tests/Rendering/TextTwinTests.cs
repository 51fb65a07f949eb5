using System.Text.RegularExpressions;
using CsCheck;
using Digest.Rendering;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

public sealed class TextTwinTests
{
    private static readonly Gen<string> Lines = Gen.Frequency(
        (8, Gen.OneOfConst("word ", "a ", "לשון ", "من ", "言語モデル", "、", "👩‍👩‍👧‍👦", "🚀 ", "é ", "- ", "\n", "\n\n", "unbreakable-and-rather-long-word ")),
        (1, Gen.OneOfConst("https://example.com/a-rather-long-path/that-nobody/should-break/even-if-it-is-wider-than-a-line-may-be ")),
        (1, Gen.String[Gen.Char, 0, 12]))
        .Array[0, 60].Select(string.Concat);

    [Fact]
    public void Whatever_is_written_lines_fit_and_no_word_is_lost() => Lines.Sample(text =>
    {
        var finished = TextTwin.Finish(text);

        finished.Split("\r\n").ShouldAllBe(line => line.Length <= TextTwin.Columns || line.Contains("://"));
        finished.Replace("\r\n", "").ShouldNotContain('\n');
        WithoutSpaces(finished).ShouldBe(WithoutSpaces(text));
    });

    [Fact]
    public void A_point_goes_on_under_its_first_word()
    {
        var wrapped = TextTwin.Wrap("- " + string.Join(' ', Enumerable.Repeat("word", 20))).ToList();

        wrapped.Count.ShouldBe(2);
        wrapped[1].ShouldStartWith("  word");
    }

    [Fact]
    public void A_quotation_keeps_its_mark_on_every_line()
    {
        TextTwin.Wrap("> " + string.Join(' ', Enumerable.Repeat("word", 40))).ShouldAllBe(line => line.StartsWith("> "));
    }

    [Fact]
    public void A_url_and_a_slot_are_never_broken()
    {
        var url = "https://example.com/" + new string('a', 100);

        TextTwin.Finish($"Read {url} now").ShouldContain(url);
        TextTwin.Finish($"{new string('x', 70)} {Slots.UnsubscribeUrl} now").ShouldContain(Slots.UnsubscribeUrl);
    }

    [Fact]
    public void Japanese_is_broken_between_characters_and_no_line_begins_with_a_full_stop()
    {
        var wrapped = TextTwin.Wrap(new string('言', 39) + "。" + new string('語', 50)).ToList();

        wrapped.ShouldAllBe(line => line.Length <= 39 && line[0] != '。');
        wrapped.Count.ShouldBe(3);
    }

    private static string WithoutSpaces(string text) => Regex.Replace(text, @"[\s>]+", "");
}
