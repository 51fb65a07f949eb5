namespace Digest.Settings;

/// <summary>The problems found so far in one input file.</summary>
public sealed class InputProblems(string file)
{
    private readonly List<InputProblem> found = [];

    public string File { get; } = file;

    /// <summary>In the order of their lines.</summary>
    public IReadOnlyList<InputProblem> All => [.. found.OrderBy(problem => problem.Line)];

    public void Add(int? line, string? field, string message) => found.Add(new InputProblem(File, line, field, message));

    /// <exception cref="InputException">Something was found.</exception>
    public void ThrowIfAny()
    {
        if (found.Count > 0)
        {
            throw new InputException(All);
        }
    }
}
