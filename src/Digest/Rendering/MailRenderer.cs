using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Rendering;

/// <summary>What an issue shows: the newsletter, the week, and the stories in order; the first is the lead.</summary>
public sealed record IssueModel(Newsletter Newsletter, Week Week, IReadOnlyList<Story> Stories);

/// <summary>Turns an issue or a notice into its two twins, with slots where readers differ. Safe to share between threads.</summary>
public sealed class MailRenderer
{
    /// <summary>Compiles every template; the first render is otherwise seconds slow.</summary>
    public Task WarmUpAsync() => throw new NotImplementedException();

    public Task<RenderedMail> RenderIssueAsync(IssueModel issue) => throw new NotImplementedException($"{issue}");

    /// <summary>Asks to confirm; carries <see cref="Slots.ConfirmUrl"/> and no promotion.</summary>
    public Task<RenderedMail> RenderConfirmationAsync(Newsletter newsletter) => throw new NotImplementedException($"{newsletter}");

    /// <summary>Says what comes and when, and how to leave.</summary>
    /// <param name="newsletter">Whose.</param>
    /// <param name="latest">Week and subject of the latest issue that went out, to read at once; or none.</param>
    public Task<RenderedMail> RenderWelcomeAsync(Newsletter newsletter, (Week Week, string Subject)? latest) =>
        throw new NotImplementedException($"{newsletter}{latest}");
}
