using System.Security.Cryptography.X509Certificates;

namespace Digest.Smtp;

/// <summary>Makes sessions with one relay; one for each lane.</summary>
public sealed class SmtpSessions(SmtpSettings settings, TimeProvider time)
{
    private readonly X509Certificate2Collection? authorities = settings.ReadAuthorities();
    private readonly AnnouncingTrust announcing = new(time);

    /// <summary>A session that is not connected yet.</summary>
    /// <param name="lane">Where a lane goes on after each reply; it must not block there. Without one that is the pool.</param>
    public SmtpSession Create(WireLoop? lane = null) => new(settings, authorities, announcing, time, lane);
}
