using CsCheck;
using Digest.Stories;
using Digest.Stories.Feeds;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories;

/// <summary>Pairs that are and are not one event, at the threshold that an installation has when nobody sets one.</summary>
public sealed class EventWordsTests
{
    private static readonly double Threshold = new PollSettings().SameEventShare;

    [Theory]
    [InlineData(
        "Northgate council suspends benefit-checking algorithm after audit. The council stopped the system on Tuesday when auditors found it flagged renters twice as often.",
        "Audit finds bias in Northgate benefits algorithm, council pulls it. Auditors say renters were flagged twice as often; the council suspended the system.")]
    [InlineData(
        "Halden Labs releases Marlin 3 model weights under open licence. The 70-billion-parameter model can be used commercially.",
        "Halden Labs opens up Marlin 3. Weights of the 70-billion-parameter model are out under a licence that allows commercial use.")]
    [InlineData(
        "Court rules training on scraped novels is not fair use. The Ostend district court sided with three authors against Quill AI.",
        "Quill AI loses fair use case. An Ostend court sided with the authors whose novels it had scraped for training.")]
    [InlineData("Interpreter app Tolk goes silent in 40 hospitals", "Hospitals scramble as interpreter app Tolk goes silent for hours across 40 sites")]
    [InlineData(
        "Gericht stoppt Gesichtserkennung am Bahnhof Altfeld. Die Richter sehen keine Rechtsgrundlage.",
        "Bahnhof Altfeld: Gericht verbietet Gesichtserkennung. Keine Rechtsgrundlage, sagen die Richter.")]
    public void One_event(string one, string other) => EventWords.Of(one).Share(EventWords.Of(other)).ShouldBeGreaterThanOrEqualTo(Threshold);

    [Theory]
    [InlineData(
        "Northgate council suspends benefit-checking algorithm after audit. The council stopped the system on Tuesday.",
        "Southport council buys benefit-checking algorithm. The council says the system will save two posts.")]
    [InlineData(
        "Halden Labs releases Marlin 3 model weights under open licence. The model can be used commercially.",
        "Halden Labs raises 200 million for a data centre. The company says demand for its models has doubled.")]
    [InlineData("The week in pictures", "The week in pictures")]
    [InlineData("Morning briefing: what to know today", "Morning briefing: what to know this week")]
    [InlineData(
        "How teachers use chatbots to plan lessons. A survey of 900 schools finds planning time cut by a third.",
        "Chatbots in schools: pupils hand in drafts instead of essays. Three schools have given up detectors.")]
    [InlineData(
        "Court rules training on scraped novels is not fair use. The Ostend district court sided with three authors.",
        "Court rules on face recognition at stations. The Altfeld court found no legal basis.")]
    public void Two_events(string one, string other) => EventWords.Of(one).Share(EventWords.Of(other)).ShouldBeLessThan(Threshold);

    [Fact]
    public void The_share_is_symmetric_bounded_and_whole_for_a_piece_and_itself()
    {
        var word = Gen.OneOfConst("Halden", "court", "the", "of", "weights", "Marlin", "3", "licence", ".", "ruled", "schools", "naïve", "日本", "");
        var text = word.Array[0, 20].Select(words => string.Join(' ', words));
        Gen.Select(text, text).Sample((one, other) =>
        {
            var (left, right) = (EventWords.Of(one), EventWords.Of(other));
            left.Share(right).ShouldBe(right.Share(left));
            left.Share(right).ShouldBeInRange(0, 1.0000001);
            left.Share(left).ShouldBeOneOf(0, 1);
        }, iter: 2000);
    }
}
