using CsCheck;
using Digest.Issues.Synthesis;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues;

public sealed class ExtractTests
{
    private const string Body = """
        The triage model of a hospital trust now abstains in one case of five. The trust published how often the model abstains.

        ## A heading is no sentence.

        It costs time. A nurse who gets no suggestion reads the whole file, which takes 4.5 minutes on average.

        - A list is no running text, and the triage model abstains in it.

        Dr. Example of the trust says the triage model abstains where nurses disagree, e.g. on weekends. Nobody had told them to.
        """;

    [Fact]
    public void What_says_most_is_taken_word_for_word_and_in_the_storys_order()
    {
        Extract.Of(Story(Body), 2).ShouldBe([
            "The triage model of a hospital trust now abstains in one case of five.",
            "The trust published how often the model abstains.",
        ]);
    }

    [Fact]
    public void A_sentence_that_points_back_or_is_cut_short_never_stands_alone()
    {
        var extracted = Extract.Of(Story(Body), 10);

        extracted.ShouldContain("Dr. Example of the trust says the triage model abstains where nurses disagree, e.g. on weekends.");
        extracted.ShouldContain("A nurse who gets no suggestion reads the whole file, which takes 4.5 minutes on average.");
        extracted.ShouldNotContain(sentence => sentence.StartsWith("It costs") || sentence.Contains("list") || sentence.Contains("heading"));
    }

    [Fact]
    public void Scripts_without_spaces_have_sentences_too()
    {
        Extract.Of(Story("言語モデルは誰のために要約するのか。要約は短くなるほど反対意見から先に消えていく。"), 1).ShouldHaveSingleItem().ShouldEndWith("。");
    }

    [Fact]
    public void Whatever_is_extracted_stands_in_the_body() => Gen.OneOfConst("The model abstains", "nurses read", "It", "e.g. this", "3.5", "“Well”", "U.S. law")
        .Array[1, 8].Select(words => string.Join(' ', words) + ".").Array[0, 12]
        .Sample(sentences =>
        {
            var body = string.Join(' ', sentences);
            var extracted = Extract.Of(Story(body), 3);

            extracted.Count.ShouldBeLessThanOrEqualTo(3);
            extracted.ShouldAllBe(sentence => body.Contains(sentence));
            extracted.ShouldBe(Extract.Of(Story(body), 3));
        });

    [Fact]
    public void Ranks_are_shares_of_one() => Gen.String[Gen.Char["ab .,"], 0, 30].Array[1, 20].Sample(sentences =>
    {
        var ranks = LexRank.Of(sentences, [.. sentences.Select((_, place) => 1d / (1 + place))]);

        ranks.Sum().ShouldBe(1, 1e-6);
        ranks.ShouldAllBe(rank => rank > 0);
    });

    private static Story Story(string markdown) =>
        new() { Slug = "story", Title = "A story", Body = markdown, BodyHtml = StoryMarkdown.ToHtml(markdown) };
}
