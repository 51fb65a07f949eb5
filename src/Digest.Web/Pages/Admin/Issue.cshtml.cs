using System.Globalization;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Digest.Web.Pages.Admin;

/// <summary>One issue, and what an operator may do to it. Every action says what it did.</summary>
public sealed class IssueModel(
    IssueDesk desk, ApproveIssue approve, IssueControls controls, Said said, ILogger<IssueModel> logger) : PageModel
{
    private const int HashLength = 32;

    /// <summary>Set for every page that is shown.</summary>
    public IssueView? Shown { get; private set; }

    private string Name => User.Identity?.Name ?? "operator";

    public Task<IActionResult> OnGetAsync(long id, string? state, int? p, CancellationToken cancellationToken) =>
        ShowAsync(id, QueueFilter.Read(null, state, p), cancellationToken);

    public Task<IActionResult> OnPostSearchAsync(long id, string? address, string? state, int? p, CancellationToken cancellationToken) =>
        ShowAsync(id, QueueFilter.Read(address, state, p), cancellationToken);

    /// <param name="id">The issue.</param>
    /// <param name="hash">Of the content that the page showed; other content is not approved.</param>
    /// <param name="back">Where the button was.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    public async Task<IActionResult> OnPostApproveAsync(long id, string? hash, string? back, CancellationToken cancellationToken)
    {
        var seen = new byte[HashLength];
        if (Convert.FromHexString(hash ?? "", seen, out _, out var written) != System.Buffers.OperationStatus.Done || written != HashLength)
        {
            return BadRequest();
        }

        return await DoAsync(id, "approve", back, async () =>
        {
            await approve.RunAsync(id, Name, seen, cancellationToken);
            return $"The content {hash![..12]} is approved; nothing else can be sent.";
        });
    }

    public Task<IActionResult> OnPostPauseAsync(long id, string? back, CancellationToken cancellationToken) =>
        DoAsync(id, "pause", back, () => controls.PauseAsync(id, $"Paused by {Name}.", cancellationToken));

    public Task<IActionResult> OnPostResumeAsync(long id, string? back, CancellationToken cancellationToken) =>
        DoAsync(id, "resume", back, () => controls.ResumeAsync(id, cancellationToken));

    public Task<IActionResult> OnPostCancelAsync(long id, bool sure, string? back, CancellationToken cancellationToken) =>
        DoAsync(id, "cancel", back, async () =>
        {
            if (!sure)
            {
                throw new RefusedException("Tick the box to withdraw the issue; nothing was changed.");
            }

            var (cancelled, open) = await controls.CancelAsync(id, Name, cancellationToken);
            return $"The issue is withdrawn; {cancelled} {(cancelled == 1 ? "delivery was" : "deliveries were")} cancelled"
                + (open == 0 ? "." : $", {open} that had begun still {(open == 1 ? "gets its" : "get their")} reply.");
        });

    /// <param name="id">The issue.</param>
    /// <param name="perMinute">Messages a minute; empty for no limit.</param>
    /// <param name="back">Where the button was.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    public Task<IActionResult> OnPostSlowAsync(long id, string? perMinute, string? back, CancellationToken cancellationToken) =>
        DoAsync(id, $"pace {perMinute}", back, () => controls.SlowAsync(
            id,
            string.IsNullOrWhiteSpace(perMinute) ? null
                : int.TryParse(perMinute, NumberStyles.None, CultureInfo.InvariantCulture, out var pace) ? pace
                : throw new RefusedException("Write the messages a minute as a whole number, or nothing for no limit."),
            Name, cancellationToken));

    public Task<IActionResult> OnPostSettleAsync(
        long id, long subscriber, bool sendAgain, string? back, CancellationToken cancellationToken) =>
        DoAsync(id, $"settle {subscriber} {(sendAgain ? "send again" : "assume sent")}", back, async () =>
        {
            await controls.SettleDoubtAsync(id, subscriber, sendAgain, Name, cancellationToken);
            return sendAgain
                ? "One delivery is queued again, with the same Message-ID."
                : "One delivery is settled as accepted, by your word.";
        });

    private async Task<IActionResult> ShowAsync(long id, QueueFilter filter, CancellationToken cancellationToken)
    {
        Shown = await desk.ReadAsync(id, filter, cancellationToken);
        return Shown is null ? NotFound() : Page();
    }

    private async Task<IActionResult> DoAsync(long id, string action, string? back, Func<Task<string>> act)
    {
        try
        {
            var sentence = await act();
            var operatorId = OperatorId.Of(User);
            Log.IssueAction(logger, operatorId, action, id);
            return LocalRedirect(said.Done(AdminPath.Local(back), sentence));
        }
        catch (RefusedException refused)
        {
            return LocalRedirect(said.Refused(AdminPath.Local(back), refused.Message));
        }
    }
}
