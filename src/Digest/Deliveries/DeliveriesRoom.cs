using Microsoft.Extensions.DependencyInjection;

namespace Digest.Deliveries;

public static class DeliveriesRoom
{
    /// <summary>Queueing, looking and steering; knows no relay.</summary>
    public static IServiceCollection AddDeliveries(this IServiceCollection services)
    {
        services.AddSingleton<QueueIssue>();
        services.AddSingleton<IssueProgress>();
        services.AddSingleton<DeliverySearch>();
        services.AddSingleton<IssueControls>();
        return services;
    }

    /// <summary>What needs the relay: one test mail, and with <see cref="SendingService"/> hosted, everything due.</summary>
    public static IServiceCollection AddSending(this IServiceCollection services)
    {
        services.AddSingleton<SendTest>();
        return services;
    }
}
