using Digest.Feedback;
using Digest.Settings;
using Shouldly;
using Xunit;

namespace Digest.Tests.Feedback;

public sealed class TakesTests : IAsyncLifetime
{
    private readonly TakeWorld world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => world.InitializeAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Of_copies_that_come_at_once_one_is_kept()
    {
        var subject = new TakeSubject(world.Newsletter.Id, null, world.Story.Id);
        var input = new TakeInput(null, "The same words, from many machines at once.", null);

        var kept = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.Get<GiveTake>().RunAsync(subject, input, Token))));

        kept.Count(one => one).ShouldBe(1);
        (await world.AddressesAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_PostgreSQL_cannot_hold_is_left_out()
    {
        await world.Get<GiveTake>().RunAsync(
            new TakeSubject(world.Newsletter.Id, world.Issue.Id, null), new TakeInput(null, "one\0two", null), Token);

        (await world.Database.ScalarAsync<string>("select text from digest.takes")).ShouldBe("onetwo");
    }

    [Fact]
    public async Task An_address_is_forgotten_when_its_time_is_over_and_the_words_stay()
    {
        await world.AddAsync("Old.", "old@example.org");
        world.Time.Advance(TimeSpan.FromDays(364));
        await world.AddAsync("Young.", "young@example.org");
        (await world.Get<ForgetTakeAddresses>().RunAsync(Token)).ShouldBe(0);

        world.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        (await world.Get<ForgetTakeAddresses>().RunAsync(Token)).ShouldBe(1);

        (await world.AddressesAsync()).ShouldBe([null, "young@example.org"]);
        (await world.Database.ScalarAsync<string>("select text from digest.takes where address is null")).ShouldBe("Old.");
    }

    [Fact]
    public async Task A_person_is_forgotten_however_they_wrote_their_address()
    {
        await world.AddAsync("One.", "Reader@Bücher.example");
        await world.AddAsync("Two.", "reader@xn--bcher-kva.example");
        await world.AddAsync("Three.", "reader@buecher.example");

        (await world.Get<ForgetTakeAddresses>().ForAsync("READER@bücher.EXAMPLE", Token)).ShouldBe(2);

        (await world.AddressesAsync()).ShouldBe([null, null, "reader@buecher.example"]);
        await Should.ThrowAsync<RefusedException>(() => world.Get<ForgetTakeAddresses>().ForAsync("reader", Token));
    }

    [Fact]
    public async Task What_was_said_outlasts_what_it_was_said_under()
    {
        await world.AddAsync("On the story.", rating: TakeRating.Poor);
        await world.Database.ExecuteAsync("delete from digest.stories");

        var book = world.Get<TakeBook>();

        (await book.CountsAsync(world.Newsletter.Id, 10, Token)).ShouldBe([new TakeCount(null, null, null, null, 0, 0, 1, 1)]);
        (await book.ReadAsync(new TakeFilter(world.Newsletter.Id), 0, null, Token)).ShouldHaveSingleItem().StorySlug.ShouldBeNull();
    }
}
