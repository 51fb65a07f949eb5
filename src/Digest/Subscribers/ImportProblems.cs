using Digest.Settings;

namespace Digest.Subscribers;

/// <summary>What is wrong with one import file: the first twenty by name, the others by number.</summary>
internal sealed class ImportProblems(string fileName)
{
    private const int MostNamed = 20;

    private readonly List<InputProblem> named = [];

    public int Count { get; private set; }

    public void Add(long line, string? field, string message)
    {
        if (++Count <= MostNamed)
        {
            named.Add(new InputProblem(fileName, (int)line, field, message));
        }
    }

    /// <exception cref="InputException">There is at least one.</exception>
    public void ThrowIfAny()
    {
        if (Count > MostNamed)
        {
            named.Add(new InputProblem(fileName, null, null, $"and {Count - MostNamed} more."));
        }

        if (Count > 0)
        {
            throw new InputException(named);
        }
    }
}
