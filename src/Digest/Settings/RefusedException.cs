namespace Digest.Settings;

/// <summary>A request cannot be carried out as things stand. The message is one sentence that names the thing and the way out.</summary>
public sealed class RefusedException(string message) : Exception(message);
