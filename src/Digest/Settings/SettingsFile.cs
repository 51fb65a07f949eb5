using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Digest.Settings;

/// <summary>Settings in a file beside where a program is started; environment variables and the command line win over it.</summary>
public static class SettingsFile
{
    public const string Name = "digest.json";

    public static void AddSettingsFile(this IConfigurationBuilder configuration)
    {
        var file = new JsonConfigurationSource { Path = Path.Combine(Environment.CurrentDirectory, Name), Optional = true };
        file.ResolveFileProvider();
        configuration.Sources.Insert(0, file);
    }
}
