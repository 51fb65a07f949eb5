using Microsoft.Extensions.Options;

namespace Digest.Smtp;

/// <summary>Every relay of this installation, the best first.</summary>
public sealed class Relays(IOptions<SmtpSettings> main, IOptions<RelaySettings> others, TimeProvider time)
{
    /// <summary>The name of the relay in <see cref="SmtpSettings"/>.</summary>
    public const string Main = "main";

    public IReadOnlyList<Relay> All { get; } =
    [
        .. others.Value.Relays.Prepend(new(Main, main.Value))
            .Select(named => new Relay(named.Key, named.Value, new SmtpSessions(named.Value, time)))
            .OrderBy(relay => relay.Settings.Priority).ThenByDescending(relay => relay.Settings.Weight),
    ];
}
