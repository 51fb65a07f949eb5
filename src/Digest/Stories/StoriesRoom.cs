using Digest.Settings;
using Digest.Stories.Feeds;
using Digest.Stories.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Stories;

public static class StoriesRoom
{
    public static IServiceCollection AddStories(this IServiceCollection services)
    {
        services.AddSingleton<ImportStories>();
        services.AddSingleton<PutStory>();
        services.AddSingleton<ApiKeys>();
        services.AddSettings<PollSettings>();
        services.AddSingleton<FeedClaims>();
        services.AddSingleton<FeedClient>();
        services.AddSingleton<TakeEntries>();
        services.AddSingleton<FeedBook>();
        services.AddSingleton<FeedAlerts>();
        services.AddSingleton<PollFeeds>();
        return services;
    }
}
