using Digest.Data;
using Digest.Deliveries;
using Digest.Feedback;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Operators;
using Digest.Rendering;
using Digest.Schedule;
using Digest.Smtp;
using Digest.Stories;
using Digest.Subscribers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Digest;

/// <summary>What a host adds. Hosts wire and decide nothing (docs/decisions/0001).</summary>
public static class DigestRooms
{
    /// <summary>Every room but sending: what the public pages, the admin pages and most verbs need. Knows no relay.</summary>
    public static IServiceCollection AddDigest(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddData(configuration)
            .AddNewsletters()
            .AddStories()
            .AddIssues()
            .AddRendering()
            .AddSubscribers()
            .AddFeedback()
            .AddDeliveries()
            // What assembles asks it, and knows nothing of messages.
            .AddSingleton<IContentCheck, FrozenHeaders>()
            .AddOperators()
            .AddSchedule();
    }

    /// <summary>The relay and the lanes, on top of <see cref="AddDigest"/>: the worker and <c>digest send-test</c>.</summary>
    public static IServiceCollection AddDigestSending(this IServiceCollection services) => services.AddSmtp().AddSending();
}
