using System.Globalization;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Smtp;

namespace Digest.Web.Pages.Admin;

/// <param name="IssueId">Whose.</param>
/// <param name="State">Of the issue.</param>
/// <param name="DueAt">The instant from which it is sent.</param>
/// <param name="Ledger">Counts from the ledger; none before the issue is queued.</param>
/// <param name="LastMinute">Deliveries settled in the last 60 seconds, while it is being sent.</param>
/// <param name="Elapsed">Since it was queued and due, until it was complete.</param>
/// <param name="Forecast">When it will be over; none for an issue that is not on its way.</param>
/// <param name="Zone">The newsletter's, for its instants.</param>
/// <param name="ReadAt">When the ledger was counted.</param>
public sealed record ProgressView(
    long IssueId, IssueState State, DateTimeOffset DueAt, Progress? Ledger, int LastMinute, TimeSpan? Elapsed, Forecast? Forecast, TimeZoneInfo Zone, DateTimeOffset ReadAt)
{
    /// <summary>In the order of the bar: settled well, settled otherwise, needs a look, still open.</summary>
    public static readonly IReadOnlyList<DeliveryState> Order =
    [
        DeliveryState.Accepted, DeliveryState.Rejected, DeliveryState.Suppressed, DeliveryState.Cancelled, DeliveryState.Expired,
        DeliveryState.InDoubt, DeliveryState.Deferred, DeliveryState.Claimed, DeliveryState.Queued,
    ];

    // Out of 1000: two pixels of a narrow screen. One delivery in doubt among a million is still seen.
    private const double LeastWidth = 8;

    /// <summary>Whether the page should look again by itself.</summary>
    public bool IsLive => State is IssueState.Approved or IssueState.Sending or IssueState.Paused;

    /// <summary>Of an issue without a ledger.</summary>
    public string WhyNothing => State is not (IssueState.Assembled or IssueState.Approved) ? "Nothing was queued."
        : ReadAt < DueAt ? "Nothing is queued before it is due."
        : "Nothing is queued.";

    /// <summary>The whole in one sentence, also for those who cannot see the bar.</summary>
    public string Sentence => Ledger is not { Queued: > 0 } ledger
        ? "Nothing is queued."
        : string.Create(CultureInfo.InvariantCulture,
            $"{ledger.Count(DeliveryState.Accepted):N0} of {ledger.Queued:N0} accepted, {ledger.Open:N0} open, "
            + $"{ledger.Count(DeliveryState.Rejected):N0} rejected, {ledger.Count(DeliveryState.InDoubt):N0} in doubt.");

    /// <summary>How long it has taken and how fast it goes, as far as that can be said.</summary>
    public string Pace => (State, Elapsed) switch
    {
        (IssueState.Sending, { } elapsed) => string.Create(CultureInfo.InvariantCulture,
            $"Running for {Instants.Span(elapsed)}, {LastMinute:N0} settled in the last minute."),
        (IssueState.Sent, { } elapsed) => $"Took {(elapsed < TimeSpan.FromSeconds(1) ? "less than a second" : Instants.Span(elapsed))}.",
        _ => "",
    };

    /// <summary>When everybody will have been tried, and whether that is in time; empty when there is nothing to foretell.</summary>
    public string Outlook => Forecast is not { FinishesAt: { } finishesAt } forecast ? ""
        : $"Everybody is tried {(forecast.AtTheEarliest ? "at the earliest " : "")}by {Clock(finishesAt)}"
            + (forecast.FinishBy is not { } finishBy ? "."
                : forecast.MakesIt switch
                {
                    true => $", in time for {Clock(finishBy)}.",
                    false => $", too late for {Clock(finishBy)}.",
                    null => $"; it should be by {Clock(finishBy)}.",
                });

    private string Clock(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone).ToString("ddd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The bar out of 1000, true to the numbers but for a least width that keeps small ones visible.</summary>
    public IReadOnlyList<(DeliveryState State, double X, double Width)> Segments()
    {
        if (Ledger is not { Queued: > 0 } ledger)
        {
            return [];
        }

        var widths = Order.Where(state => ledger.Count(state) > 0)
            .Select(state => (State: state, Width: Math.Max(LeastWidth, 1000.0 * ledger.Count(state) / ledger.Queued))).ToList();
        var scale = 1000.0 / widths.Sum(part => part.Width);
        var segments = new List<(DeliveryState, double, double)>();
        var x = 0.0;
        foreach (var (state, width) in widths)
        {
            segments.Add((state, x, width * scale));
            x += width * scale;
        }

        return segments;
    }
}
