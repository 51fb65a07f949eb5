using System.Globalization;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Settings;
using Digest.Subscribers;
using Microsoft.AspNetCore.Mvc;

namespace Digest.Web.Pages.Public;

/// <summary>What a reader can choose without leaving. GET shows, POST changes.</summary>
public sealed class PreferencesModel(LinkOwners owners, Preferences preferences, Tokens tokens, LateEvidence evidence, TimeProvider time)
    : TokenPageModel
{
    public static readonly IReadOnlyList<int> Pauses = [1, 4, 8];

    public Subscriber? Reader { get; private set; }

    /// <summary>What came of a choice.</summary>
    public string? Said { get; private set; }

    public bool IsProblem { get; private set; }

    /// <summary>The day on which the pause ends, in the reader's zone; none without a pause.</summary>
    public string? PausedUntil { get; private set; }

    /// <summary>Includes the reader's own, should this machine not offer it.</summary>
    public IEnumerable<string> Zones => Reader?.TimeZone is { } own && !TimeZones.Choices.Contains(own) ? [own, .. TimeZones.Choices] : TimeZones.Choices;

    /// <summary>What the reader's zone decides.</summary>
    public string ZoneMeans => Newsletter is { Schedule: { ReadersHour: true } schedule }
        ? string.Create(CultureInfo.InvariantCulture, $"Your time zone, in which the issue comes on Monday at {schedule.SendAt:HH:mm}")
        : "Your time zone, by which a pause ends";

    /// <summary>Keys of the topics that the reader chose and the newsletter still has; none is everything.</summary>
    public IReadOnlyList<string> Chosen => Reader is null || Newsletter is null ? []
        : VariantKey.Of(Reader.Topics, Newsletter.Vocabulary.Topics).Split(VariantKey.Separator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Everything, or the chosen topics' labels in the newsletter's order.</summary>
    public string TopicsInWords => Chosen is { Count: > 0 } chosen
        ? $"stories about {string.Join(", ", Newsletter!.Vocabulary.Topics.Where(topic => chosen.Contains(topic.Key)).Select(topic => topic.Label))}"
        : "everything";

    public string? UnsubscribeToken { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Title = "Your preferences";
        if (await owners.FindAsync(TokenPurpose.Preferences, Token, cancellationToken) is not { } owner)
        {
            return;
        }

        (Reader, Newsletter) = (owner.Subscriber, owner.Newsletter);
        PausedUntil = DayOfReturn(owner);
        await TellArrivedAsync(evidence, Reader, cancellationToken);
        UnsubscribeToken = tokens.Create(TokenPurpose.Unsubscribe, new TokenContent(Reader.Id, Reader.TokenVersion, ExpiresAt: null));
    }

    public async Task OnPostAsync(
        [FromForm] string? choice, [FromForm] string? zone, [FromForm] int weeks, [FromForm] string[]? topics, CancellationToken cancellationToken)
    {
        try
        {
            // Of a token that is not ours nothing is changed, and the page says so.
            await ChooseAsync(choice, zone, weeks, topics ?? [], cancellationToken);
            Said = "Saved.";
        }
        catch (RefusedException refused)
        {
            (Said, IsProblem) = (refused.Message, true);
            Response.StatusCode = StatusCodes.Status400BadRequest;
        }

        await OnGetAsync(cancellationToken);
        if (choice == "topics" && !IsProblem)
        {
            Said = $"Saved: you get {TopicsInWords}.";
        }
    }

    private Task<bool> ChooseAsync(string? choice, string? zone, int weeks, string[] topics, CancellationToken cancellationToken) => choice switch
    {
        "zone" => preferences.ChooseTimeZoneAsync(Token, string.IsNullOrEmpty(zone) ? null : zone, cancellationToken),
        "pause" => preferences.PauseAsync(Token, weeks, cancellationToken),
        "topics" => preferences.ChooseTopicsAsync(Token, topics, cancellationToken),
        "resume" => preferences.ResumeAsync(Token, cancellationToken),
        _ => throw new RefusedException("Nothing was chosen."),
    };

    private string? DayOfReturn(LinkOwner owner) => owner.Subscriber.PausedUntil is { } until && until > time.GetUtcNow()
        ? Day(DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(until, owner.Subscriber.TimeZone ?? owner.Newsletter.TimeZone).DateTime))
        : null;
}
