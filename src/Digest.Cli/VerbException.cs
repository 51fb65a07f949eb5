namespace Digest.Cli;

/// <summary>A verb cannot do what was asked. The message is one sentence that names the thing and the way out.</summary>
internal sealed class VerbException(string message) : Exception(message);
