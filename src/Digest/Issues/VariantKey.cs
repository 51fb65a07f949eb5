using Digest.Newsletters;

namespace Digest.Issues;

/// <summary>
/// The name of a variant: the chosen topics' keys in ordinal order, joined by <c>+</c>, which no key contains. Empty is the
/// whole issue. <c>Deliveries.ChoiceSql</c> says the same in SQL.
/// </summary>
public static class VariantKey
{
    public const char Separator = '+';

    /// <param name="chosen">Keys in any order; those that the newsletter does not know, or no longer, do not count.</param>
    /// <param name="topics">The newsletter's topics.</param>
    /// <returns>Empty for none and for all: both are everything.</returns>
    public static string Of(IEnumerable<string> chosen, IReadOnlyList<Term> topics)
    {
        var known = topics.Select(topic => topic.Key).Distinct().Intersect(chosen).Order(StringComparer.Ordinal).ToList();
        return known.Count == topics.DistinctBy(topic => topic.Key).Count() ? "" : string.Join(Separator, known);
    }
}
