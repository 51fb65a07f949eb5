using Digest.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Subscribers;

public static class SubscribersRoom
{
    public static IServiceCollection AddSubscribers(this IServiceCollection services)
    {
        services.AddSettings<TokenSettings>();
        services.AddSettings<SignUpSettings>();
        services.AddSingleton<Tokens>();
        services.AddSingleton<AddressHash>();
        services.AddSingleton<Subscribe>();
        services.AddSingleton<ConfirmSubscription>();
        services.AddSingleton<Unsubscribe>();
        services.AddSingleton<ImportSubscribers>();
        services.AddSingleton<LinkOwners>();
        services.AddSingleton<Preferences>();
        services.AddSingleton<PurgeUnconfirmed>();
        return services;
    }
}
