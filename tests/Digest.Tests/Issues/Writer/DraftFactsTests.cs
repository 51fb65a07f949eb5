using CsCheck;
using Digest.Issues;
using Digest.Issues.Writer;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues.Writer;

public sealed class DraftFactsTests
{
    private static readonly DraftCheck Check = new([Story("one", "Acme Silicon ships 28.8 million GPT-5 chips",
        "Jane Doe of Acme and Bob Roe of Initech met 1,200 engineers in Brussels; the EU’s rule names three LLM makers."), Story("two", "Parliament votes", "Berlin waits for 7 days.")]);

    [Theory]
    [InlineData("Acme Silicon ships 28.8 million chips.")]
    [InlineData("The chips are GPT-5 chips, and GPT 5 is new.")]
    [InlineData("Jane Doe met 1200 engineers, or 1,200 engineers.")]
    [InlineData("Meanwhile engineers met; the EU-wide rule names 3 LLMs.")]
    [InlineData("Acme’s makers waited.")]
    [InlineData("Engineers met Bob Roe.")]
    public void What_the_cited_story_says_may_be_said(string sentence) => Wrong(sentence, "one").ShouldBeNull();

    [Theory]
    [InlineData("The makers shipped 29 million chips.", "29")]
    [InlineData("The makers shipped 28.9 million chips.", "28.9")]
    [InlineData("The makers shipped 28.8 billion chips.", "billion")]
    [InlineData("The makers shipped ٢٩ chips.", "٢٩")]
    [InlineData("The makers met Globex.", "Globex")]
    [InlineData("Globex met the makers.", "Globex")]
    [InlineData("The makers met Jane Roe.", "Jane Roe")]
    [InlineData("Jane Roe met the makers.", "Jane Roe")]
    [InlineData("The chips are GPT-6 chips.", "GPT-6")]
    [InlineData("The chips are iChips.", "iChips")]
    [InlineData("The makers waited seven days.", "seven")]
    [InlineData("The makers met in Berlin.", "Berlin")]
    public void Another_name_or_number_may_not_even_when_another_story_has_it(string sentence, string foreign) =>
        Wrong(sentence, "one").ShouldBe($"it says “{foreign}”, which no story that it cites says");

    [Fact]
    public void Two_stories_cited_together_may_be_said_together() => Wrong("Acme waited 7 days for Berlin.", "one", "two").ShouldBeNull();

    [Fact]
    public void A_number_that_no_story_has_is_always_found() => Gen.Select(Gen.Int[0, 3], Gen.Int[10_000, 99_999]).Sample((place, number) =>
    {
        List<string> words = ["the", "makers", "waited", "long"];
        words.Insert(place, $"{number}");
        Wrong(string.Join(' ', words), "one", "two").ShouldNotBeNull().ShouldContain($"{number}");
    });

    private static string? Wrong(string sentence, params string[] stories) => Check.Wrong(new DraftSentence(sentence, stories), 300);

    private static Digest.Stories.Story Story(string slug, string title, string standfirst)
    {
        var story = Seed.NewStory(slug, Seed.CreatedAt);
        (story.Title, story.Standfirst, story.Holds, story.Scrutiny, story.Watch) = (title, standfirst, [], [], []);
        return story;
    }
}
