using Digest.Local.Mailbox;
using Xunit;

namespace Digest.Tests.Faults;

/// <summary>Moments of the relay's conversations that a test waits for, or holds. Of two rules for one step the earlier acts.</summary>
internal static class RelayMoments
{
    /// <summary>Ends when the relay has come to this step so many times; changes nothing. Asked for before it can happen.</summary>
    public static Task<SmtpMoment> Nth(this MailboxServer relay, SmtpStep step, int times)
    {
        var come = new TaskCompletionSource<SmtpMoment>(TaskCreationOptions.RunContinuationsAsynchronously);
        var count = 0;
        relay.Script.On(step, moment =>
        {
            if (++count == times)
            {
                come.SetResult(moment);
            }

            return false;
        });
        return come.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>From the first after so many, the relay holds back each reply to a final dot until the gate is opened.</summary>
    public static TaskCompletionSource HoldReplies(this MailboxServer relay, int after = 0, int times = int.MaxValue)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var count = 0;
        relay.Script.On(SmtpStep.Dot, _ => ++count > after).WaitFor(gate.Task).Times(times);
        return gate;
    }
}
