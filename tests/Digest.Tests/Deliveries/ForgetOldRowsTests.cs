using Digest.Deliveries;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Notices and workers go with the ledgers of their age.</summary>
public sealed class ForgetOldRowsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("accepted", 401, 401, true)]
    [InlineData("in_doubt", 401, 401, true)]
    [InlineData("suppressed", 401, 401, true)]
    [InlineData("accepted", 403, 399, false)]
    [InlineData("queued", 401, null, false)]
    [InlineData("deferred", 401, 401, false)]
    public async Task Old_notices_go_when_they_are_settled(string state, int createdDaysAgo, int? settledDaysAgo, bool goes)
    {
        await using var world = await LedgerWorld.CreateAsync();
        await NoticeAsync(world, state, createdDaysAgo, settledDaysAgo);

        await world.Get<DropOldLedgers>().RunAsync(Stop);

        (await world.Database.ScalarAsync<long>("select count(*) from digest.notices")).ShouldBe(goes ? 0 : 1);
    }

    [Fact]
    public async Task However_few_days_are_kept_a_sign_up_finds_the_last_confirmation_to_its_address()
    {
        await using var world = await LedgerWorld.CreateAsync(settings: ("Digest:Sending:KeepLedgerDays", "1"));
        await NoticeAsync(world, "accepted", createdDaysAgo: 6, settledDaysAgo: 6);
        await NoticeAsync(world, "accepted", createdDaysAgo: 8, settledDaysAgo: 8);

        await world.Get<DropOldLedgers>().RunAsync(Stop);

        (await world.Database.ScalarAsync<DateTime>("select created_at from digest.notices")).ShouldBe(LedgerWorld.Monday.AddDays(-6).UtcDateTime);
    }

    [Fact]
    public async Task Workers_go_that_nobody_heard_of_since()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await world.RegisterWorkerAsync(Stop);
        world.Time.Advance(TimeSpan.FromDays(2));
        var younger = await world.RegisterWorkerAsync(Stop);
        world.Time.Advance(TimeSpan.FromDays(399));

        await world.Get<DropOldLedgers>().RunAsync(Stop);

        (await world.Database.ScalarAsync<Guid>("select id from digest.sending_workers")).ShouldBe(younger);
    }

    [Fact]
    public async Task Nought_keeps_them_for_ever()
    {
        await using var world = await LedgerWorld.CreateAsync(settings: ("Digest:Sending:KeepLedgerDays", "0"));
        await NoticeAsync(world, "accepted", createdDaysAgo: 4000, settledDaysAgo: 4000);

        await world.Get<DropOldLedgers>().RunAsync(Stop);

        (await world.Database.ScalarAsync<long>("select count(*) from digest.notices")).ShouldBe(1);
    }

    private static Task NoticeAsync(LedgerWorld world, string state, int createdDaysAgo, int? settledDaysAgo) => world.Database.ExecuteAsync(
        """
        insert into digest.notices (subscriber_id, kind, state, created_at, due_at, expires_at, attempts, settled_at)
        values ($1, 'confirmation', $2, $3, $3, $3, 0, $4)
        """,
        world.Readers[0].Id, state, LedgerWorld.Monday.AddDays(-createdDaysAgo),
        settledDaysAgo is { } days ? LedgerWorld.Monday.AddDays(-days) : DBNull.Value);
}
