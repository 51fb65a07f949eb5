using Digest.Issues.Writer;
using Digest.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Digest.Web.Pages.Admin;

/// <summary>What an operator decides about a draft. A page of buttons elsewhere: it shows nothing itself.</summary>
public sealed class DraftChoiceModel(DecideDraft decide, Said said, ILogger<DraftChoiceModel> logger) : PageModel
{
    public IActionResult OnGet() => NotFound();

    public Task<IActionResult> OnPostApproveAsync(long id, string? back, CancellationToken cancellationToken) =>
        DoAsync(id, "approve draft", back, async () =>
        {
            await decide.ApproveAsync(id, User.Identity?.Name ?? "operator", cancellationToken);
            return "The draft is the issue’s own now, and the issue is assembled anew. Read it, then approve it.";
        });

    public Task<IActionResult> OnPostRejectAsync(long id, string? back, CancellationToken cancellationToken) =>
        DoAsync(id, "reject draft", back, async () =>
        {
            await decide.RejectAsync(id, cancellationToken);
            return "The draft is rejected.";
        });

    private async Task<IActionResult> DoAsync(long id, string action, string? back, Func<Task<string>> act)
    {
        try
        {
            var sentence = await act();
            var operatorId = OperatorId.Of(User);
            Log.DraftAction(logger, operatorId, action, id);
            return LocalRedirect(said.Done(AdminPath.Local(back), sentence));
        }
        catch (RefusedException refused)
        {
            return LocalRedirect(said.Refused(AdminPath.Local(back), refused.Message));
        }
    }
}
