using Microsoft.Extensions.DependencyInjection;

namespace Digest.Subscribers;

public static class SubscribersRoom
{
    public static IServiceCollection AddSubscribers(this IServiceCollection services) => services;
}
