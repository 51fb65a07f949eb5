using Microsoft.Extensions.DependencyInjection;

namespace Digest.Operators;

public static class OperatorsRoom
{
    public static IServiceCollection AddOperators(this IServiceCollection services) => services;
}
