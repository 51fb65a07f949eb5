namespace Digest.Data;

/// <summary>The database cannot be reached, or its schema is not this program's. The message is one sentence with the way out.</summary>
public sealed class SchemaException(string message, Exception? inner = null) : Exception(message, inner);
