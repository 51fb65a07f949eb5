using CsCheck;
using Digest.Issues;
using Digest.Newsletters;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues;

public sealed class VariantKeyTests
{
    private static readonly string[] Keys = ["agents", "b", "b-2", "policy", "zz", "0"];

    /// <summary>In any order; and among the chosen some that the newsletter does not have.</summary>
    private static readonly Gen<(List<Term> Topics, string[] Chosen)> Choices = Gen.Select(
        Gen.Shuffle(Keys).Select(Gen.Int[0, Keys.Length], (keys, count) => keys.Take(count).Select(key => new Term(key, key)).ToList()),
        Gen.OneOfConst([.. Keys, "unknown", "Agents", ""]).Array[0, 12]);

    [Fact]
    public void Names_the_chosen_topics_in_ordinal_order() =>
        VariantKey.Of(["policy", "b-2", "agents", "b"], Terms("policy", "zz", "b", "b-2", "agents")).ShouldBe("agents+b+b-2+policy");

    [Fact]
    public void None_and_all_are_everything()
    {
        VariantKey.Of([], Terms("a", "b")).ShouldBe("");
        VariantKey.Of(["b", "a"], Terms("a", "b")).ShouldBe("");
        VariantKey.Of(["a"], Terms("a")).ShouldBe("");
        VariantKey.Of(["a"], []).ShouldBe("");
    }

    [Fact]
    public void Order_duplicates_and_unknown_keys_do_not_matter() => Gen.Select(Choices, Gen.Int).Sample((choice, seed) =>
    {
        var (topics, chosen) = choice;
        var key = VariantKey.Of(chosen, topics);
        string[] other = [.. chosen, .. chosen, "gone"];
        new Random(seed).Shuffle(other);

        VariantKey.Of(other, [.. topics.AsEnumerable().Reverse()]).ShouldBe(key);
        VariantKey.Of(chosen.Intersect(topics.Select(topic => topic.Key)), topics).ShouldBe(key);
    });

    [Fact]
    public void A_key_holds_exactly_what_was_chosen_or_stands_for_everything() => Choices.Sample(choice =>
    {
        var (topics, chosen) = choice;
        var known = topics.Select(topic => topic.Key).Intersect(chosen).ToList();
        var key = VariantKey.Of(chosen, topics);

        if (known.Count == 0 || known.Count == topics.Count)
        {
            key.ShouldBe("");
        }
        else
        {
            key.Split(VariantKey.Separator).ShouldBe(known, ignoreOrder: true);
        }
    });

    private static Term[] Terms(params string[] keys) => [.. keys.Select(key => new Term(key, key))];
}
