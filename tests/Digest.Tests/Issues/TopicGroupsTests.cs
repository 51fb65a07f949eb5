using CsCheck;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues;

public sealed class TopicGroupsTests
{
    [Fact]
    public void Briefs_that_share_a_topic_stand_together_where_the_first_would_and_the_rest_at_the_end()
    {
        var groups = Groups(("a", ["law"]), ("b", ["odd"]), ("c", ["work", "law"]), ("d", ["law"]), ("e", ["work"]));

        groups.Select(group => (group.Topic, string.Join("", group.Stories.Select(story => story.Slug))))
            .ShouldBe([("Law and policy", "ad"), ("Work", "ce"), (null, "b")]);
    }

    [Fact]
    public void A_heading_over_one_story_would_only_be_a_second_title()
    {
        Groups(("a", ["law"]), ("b", ["work"])).ShouldHaveSingleItem().Topic.ShouldBeNull();
    }

    [Fact]
    public void No_story_is_lost_or_doubled() => Gen.OneOfConst("law", "work", "odd").Array[0, 3].Array[0, 12].Sample(topics =>
    {
        var stories = topics.Select((own, number) => ($"s{number}", own)).ToArray();

        Groups(stories).SelectMany(group => group.Stories).Select(story => story.Slug).Order()
            .ShouldBe(stories.Select(story => story.Item1).Order());
    });

    private static IReadOnlyList<TopicGroup> Groups(params (string Slug, string[] Topics)[] stories) => TopicGroups.Of(
        [.. stories.Select(story => new Story { Slug = story.Slug, Title = story.Slug, Topics = [.. story.Topics] })],
        new Vocabulary { Topics = [new Term("law", "Law and policy")] });
}
