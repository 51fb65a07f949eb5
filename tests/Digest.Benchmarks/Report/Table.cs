using System.Text;

namespace Digest.Benchmarks.Report;

/// <summary>The figures for people: what was asked, what came out, the goal, and below each what it was computed from.</summary>
internal static class Table
{
    public static string Of(Measurements measurements)
    {
        var text = new StringBuilder();
        Row(text, "Question", "Measured", "Goal", "Met");
        foreach (var (figure, value, from) in measurements.Asked)
        {
            Row(text, figure.Question, value is { } known ? figure.Text(known) : "-", figure.GoalText,
                value is { } met ? figure.IsMet(met, measurements.ValueOf(figure.SameAs)) ? "yes" : "no" : "-");
            text.Append("    ").Append(figure.Key).Append(": ").AppendLine(from);
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, string question, string measured, string goal, string met) =>
        text.Append(question.PadRight(46)).Append(measured.PadLeft(10)).Append(goal.PadLeft(16)).Append(met.PadLeft(5)).AppendLine();
}
