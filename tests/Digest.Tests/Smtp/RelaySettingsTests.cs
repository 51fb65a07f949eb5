using Digest.Smtp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

public sealed class RelaySettingsTests
{
    private static readonly WarmUpSettings WarmUp = new() { From = new(2026, 3, 2), FirstDay = 50, Growth = 2, Until = 1000 };

    [Fact]
    public void Relays_are_named_and_ordered_by_priority_then_weight()
    {
        var settings = Bind(
            ("Digest:Relays:backup:Host", "127.0.0.2"), ("Digest:Relays:backup:Priority", "2"),
            ("Digest:Relays:second:Host", "127.0.0.3"), ("Digest:Relays:second:Weight", "3"));

        var relays = new Relays(Options.Create(Good()), Options.Create(settings), TimeProvider.System).All;

        relays.Select(relay => relay.Name).ShouldBe(["second", "main", "backup"]);
    }

    [Fact]
    public void What_is_wrong_with_a_relay_names_its_own_setting()
    {
        var settings = new RelaySettings
        {
            Relays = { ["backup"] = Good(relay => (relay.Port, relay.LocalDomain, relay.ConnectionsInAll) = (0, "vm", -1)) },
        };

        settings.Problems().Select(problem => problem.Split(' ')[0]).ShouldBe(
            ["Digest:Relays:backup:Port:", "Digest:Relays:backup:ConnectionsInAll:", "Digest:Relays:backup:LocalDomain"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("Back_Up")]
    [InlineData("main")]
    public void A_name_that_cannot_be_used_is_refused(string name) =>
        new RelaySettings { Relays = { [name] = Good() } }.Problems().ShouldHaveSingleItem().ShouldStartWith($"Digest:Relays:{name}");

    [Fact]
    public void D4_a_warm_up_grows_by_the_day_and_ends()
    {
        int?[] caps = [50, 100, 200, 400, 800, null, null];

        Enumerable.Range(0, caps.Length).Select(days => WarmUp.CapOn(WarmUp.From.AddDays(days))).ShouldBe(caps);
        WarmUp.CapOn(WarmUp.From.AddDays(-3)).ShouldBe(50);
        WarmUp.CapOn(WarmUp.From.AddDays(100_000)).ShouldBeNull();
    }

    [Fact]
    public void A_warm_up_that_is_none_is_named()
    {
        string[] wrong =
        [
            .. Good(relay => relay.WarmUp = new WarmUpSettings { FirstDay = 50, Until = 1000 }).Problems(),
            .. Good(relay => relay.WarmUp = new WarmUpSettings { From = WarmUp.From, FirstDay = 50, Until = 20 }).Problems(),
            .. Good(relay => relay.WarmUp = new WarmUpSettings { From = WarmUp.From, FirstDay = 50, Until = 1000, Growth = 1 }).Problems(),
            .. Good(relay => relay.WarmUp = new WarmUpSettings { From = WarmUp.From, Until = 1000 }).Problems(),
        ];

        wrong.Select(problem => problem.Split(' ')[0].TrimEnd(':')).ShouldBe(
            ["Digest:Smtp:WarmUp:From", "Digest:Smtp:WarmUp:Until", "Digest:Smtp:WarmUp:Growth", "Digest:Smtp:WarmUp:FirstDay"]);
    }

    [Fact]
    public void A_warm_up_is_read_from_settings()
    {
        var relay = Bind(
            ("Digest:Relays:new:WarmUp:From", "2026-03-02"), ("Digest:Relays:new:WarmUp:FirstDay", "50"),
            ("Digest:Relays:new:WarmUp:Until", "1000")).Relays["new"];

        relay.WarmUp.ShouldNotBeNull().CapOn(new DateOnly(2026, 3, 3)).ShouldBe(100);
    }

    private static RelaySettings Bind(params (string Name, string Value)[] values)
    {
        var settings = new RelaySettings();
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))).Build()
            .GetSection(RelaySettings.Section).Bind(settings);
        return settings;
    }

    private static SmtpSettings Good(Action<SmtpSettings>? change = null)
    {
        var settings = new SmtpSettings { Host = "127.0.0.1", Security = SmtpSecurity.None, LocalDomain = "digest.example.com" };
        change?.Invoke(settings);
        return settings;
    }
}
