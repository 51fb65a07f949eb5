using Digest.Data;
using Digest.Smtp;

namespace Digest.Web.Pages.Admin;

/// <summary>What part of an issue's queue is shown.</summary>
/// <param name="Address">Part of an address; it comes by POST, so that no address stands in a URL or an access log.</param>
/// <param name="State">Only this state, or any.</param>
/// <param name="Page">From 1.</param>
public sealed record QueueFilter(string Address = "", DeliveryState? State = null, int Page = 1)
{
    public const int PageSize = 25;

    /// <summary>From what a form or a link says; what cannot be read is left out.</summary>
    public static QueueFilter Read(string? address, string? state, int? page) => new(
        (address ?? "").Trim(),
        Enum.GetValues<DeliveryState>().Cast<DeliveryState?>().FirstOrDefault(known => SnakeCase.Of(known!.Value) == state),
        Math.Clamp(page ?? 1, 1, 1_000_000));
}
