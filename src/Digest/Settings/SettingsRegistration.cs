using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Digest.Settings;

/// <summary>A room's settings, one sealed class with the section it is read from.</summary>
public interface ISettings
{
    /// <summary>Configuration path, for example "Digest:Smtp".</summary>
    static abstract string Section { get; }

    /// <summary>
    /// What attributes cannot say. Each result is one sentence that begins with the full name of the setting
    /// and says what to do; values that may be secret are not repeated.
    /// </summary>
    IEnumerable<string> Problems();
}

public static class SettingsRegistration
{
    /// <summary>Binds, validates by attributes and by <see cref="ISettings.Problems"/>, and does so when the host starts.</summary>
    public static IServiceCollection AddSettings<TSettings>(this IServiceCollection services)
        where TSettings : class, ISettings
    {
        services.AddOptions<TSettings>().Configure<IConfiguration>(Bind).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TSettings>, SettingsValidator<TSettings>>();
        return services;
    }

    private static void Bind<TSettings>(TSettings settings, IConfiguration configuration)
        where TSettings : class, ISettings
    {
        try
        {
            configuration.GetSection(TSettings.Section).Bind(settings);
        }
        catch (InvalidOperationException error)
        {
            throw new SettingException(UnreadableSetting.Describe(error.Message));
        }
    }

    private sealed class SettingsValidator<TSettings> : IValidateOptions<TSettings>
        where TSettings : class, ISettings
    {
        public ValidateOptionsResult Validate(string? name, TSettings options)
        {
            var problems = SettingsAttributes.Problems(options, TSettings.Section).Concat(options.Problems()).ToList();
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
