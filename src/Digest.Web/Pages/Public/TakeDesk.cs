using Digest.Feedback;
using Digest.Settings;

namespace Digest.Web.Pages.Public;

/// <summary>Hands out forms for takes and receives them: what programs send is turned away here, before anything is kept.</summary>
public sealed class TakeDesk(TakeStamps stamps, GiveTake give, TakeRepeats repeats)
{
    /// <param name="pageUrl">Path of the or the story's page.</param>
    public TakeForm NewForm(string pageUrl) => new(ActionOf(pageUrl), stamps.Create(ActionOf(pageUrl)));

    /// <exception cref="RefusedException">It cannot be taken as it is; the message is for the reader.</exception>
    public async Task TakeAsync(TakeSubject subject, string pageUrl, TakeFields fields, string place, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(fields.Decoy))
        {
            return;
        }

        RefuseByStamp(stamps.Judge(ActionOf(pageUrl), fields.Stamp));
        if (repeats.Begin(place, pageUrl, fields.Stamp, fields.Rating, fields.Text, fields.Address) is not { } begun)
        {
            return;
        }

        try
        {
            await give.RunAsync(subject, new TakeInput(TakeForm.RatingOf(fields.Rating), fields.Text, fields.Address), cancellationToken);
        }
        catch
        {
            repeats.Forget(begun);
            throw;
        }
    }

    private static string ActionOf(string pageUrl) => $"{pageUrl}/take";

    private static void RefuseByStamp(StampState state)
    {
        if (state != StampState.Good)
        {
            throw new RefusedException(state == StampState.TooFast
                ? "That came faster than anybody reads, as programs do. If you are not one, take a breath and press the button again."
                : "This page had been open for very long. Nothing is lost: what you wrote is below, press the button again.");
        }
    }
}
