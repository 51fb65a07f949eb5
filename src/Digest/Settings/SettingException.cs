namespace Digest.Settings;

/// <summary>A setting is wrong. The message is one sentence that names the setting and the way out.</summary>
public sealed class SettingException(string message) : Exception(message);
