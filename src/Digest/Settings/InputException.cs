namespace Digest.Settings;

/// <summary>
/// An input (a story file, a newsletter file, a CSV) is wrong. It names every problem found, so that one round of
/// editing mends them all; nothing of the input was written.
/// </summary>
public sealed class InputException(IReadOnlyList<InputProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<InputProblem> Problems { get; } = problems;
}

/// <param name="File">Name as the user gave it.</param>
/// <param name="Line">From 1, where it is known.</param>
/// <param name="Field">Path of the field, for example <c>sources[2].stance</c>.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record InputProblem(string File, int? Line, string? Field, string Message)
{
    public override string ToString() =>
        $"{File}{(Line is { } line ? $":{line}" : "")}: {(Field is null ? "" : $"{Field}: ")}{Message}";
}
