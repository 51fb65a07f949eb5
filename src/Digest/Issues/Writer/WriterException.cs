namespace Digest.Issues.Writer;

/// <summary>The writer gave nothing that can be used. The message says why in one clause, and repeats no word of the answer.</summary>
internal sealed class WriterException(string message) : Exception(message);
