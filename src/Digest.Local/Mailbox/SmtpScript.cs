namespace Digest.Local.Mailbox;

/// <summary>
/// Faults on demand: the first rule that matches a moment replaces the server's own reply. Rules may be added while it runs.
/// <code>server.Script.On(SmtpStep.Recipient, m => m.Recipient == "gone@example.com").Reply("550 5.1.1 no such user");</code>
/// A reply means what its code says: 2yz to a recipient counts it in, 3yz to DATA opens the body, 2yz to the dot keeps the message.
/// </summary>
public sealed class SmtpScript
{
    private readonly Lock gate = new();
    private readonly List<SmtpRule> rules = [];

    /// <summary>Adds a rule, which acts once it says what happens.</summary>
    public SmtpRule On(SmtpStep step, Func<SmtpMoment, bool>? when = null)
    {
        var rule = new SmtpRule(step, when ?? (_ => true));
        lock (gate)
        {
            rules.Add(rule);
        }

        return rule;
    }

    public void Clear()
    {
        lock (gate)
        {
            rules.Clear();
        }
    }

    /// <summary>The rule for this moment, counted as having acted; or none.</summary>
    internal SmtpRule? Take(SmtpStep step, SmtpMoment moment)
    {
        lock (gate)
        {
            return rules.Find(rule => rule.TryTake(step, moment));
        }
    }
}
