using Digest.Settings;
using Shouldly;
using Xunit;
using YamlDotNet.Serialization;

namespace Digest.Tests.Architecture;

/// <summary>docker-compose.yml sets only what the programs read.</summary>
public sealed class ComposeFileTests
{
    private static readonly Dictionary<string, object> Compose = Read();

    public static TheoryData<string, string> Variables()
    {
        var data = new TheoryData<string, string>();
        foreach (var (service, name) in EnvironmentOf("migrate", "worker", "web", "cli"))
        {
            data.Add(service, name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Variables))]
    public void Every_variable_binds_to_a_setting(string service, string name)
    {
        service.ShouldNotBeEmpty();
        var path = name.Replace("__", ":", StringComparison.Ordinal);

        (name == "ASPNETCORE_URLS" || path == "ConnectionStrings:Digest" || BindsToSettings(path)).ShouldBeTrue($"{name} is read by nothing");
    }

    [Fact]
    public void The_services_are_the_roles_of_an_installation()
    {
        Services().Keys.Cast<string>().ShouldBe(["db", "migrate", "worker", "web", "mailbox", "cli"], ignoreOrder: true);
    }

    [Fact]
    public void Only_the_worker_and_operator_verbs_know_the_relay()
    {
        EnvironmentOf("web", "migrate").ShouldNotContain(pair => pair.Name.StartsWith("Digest__Smtp", StringComparison.Ordinal)
            || pair.Name.StartsWith("Digest__Relays", StringComparison.Ordinal));
    }

    private static bool BindsToSettings(string path) => typeof(ISettings).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(ISettings)) && type is { IsClass: true })
        .Any(type =>
        {
            var section = (string)type.GetProperty(nameof(ISettings.Section))!.GetValue(null)! + ":";
            return path.StartsWith(section, StringComparison.Ordinal) && Binds(type, path[section.Length..].Split(':'));
        });

    /// <summary>Follows the path through properties and list indexes, as the configuration binder does.</summary>
    private static bool Binds(Type type, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return true;
        }

        if (int.TryParse(path[0], out _))
        {
            return type.IsGenericType && Binds(type.GetGenericArguments()[0], path[1..]);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>))
        {
            return Binds(type.GetGenericArguments()[1], path[1..]);
        }

        var property = type.GetProperty(path[0]);
        return property is { CanWrite: true } or { PropertyType.IsGenericType: true } && Binds(property.PropertyType, path[1..]);
    }

    private static IEnumerable<(string Service, string Name)> EnvironmentOf(params string[] services) =>
        from service in services
        from name in Flatten(((IDictionary<object, object>)Services()[service])["environment"])
        select (service, name);

    /// <summary>Resolves the merge key, whose value is one mapping or a list of them.</summary>
    private static IEnumerable<string> Flatten(object environment) => environment switch
    {
        IDictionary<object, object> map => map.SelectMany(pair => (string)pair.Key == "<<" ? Flatten(pair.Value) : [(string)pair.Key]),
        IEnumerable<object> list => list.SelectMany(Flatten),
        _ => throw new InvalidDataException("environment is a mapping in this file"),
    };

    private static IDictionary<object, object> Services() => (IDictionary<object, object>)Compose["services"];

    private static Dictionary<string, object> Read() =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(File.ReadAllText(Checkout.PathOf("docker-compose.yml")));
}
