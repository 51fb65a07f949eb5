namespace Digest.Local;

/// <summary>Something this machine should provide is not to be had. The message is one sentence that says what to do.</summary>
public sealed class LocalException(string message) : Exception(message);
