using Microsoft.Extensions.DependencyInjection;

namespace Digest.Deliveries;

public static class DeliveriesRoom
{
    public static IServiceCollection AddDeliveries(this IServiceCollection services) => services;
}
