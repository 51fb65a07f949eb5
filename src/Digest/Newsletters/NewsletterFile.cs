using System.Globalization;
using Digest.Data;
using Digest.Settings;

namespace Digest.Newsletters;

/// <summary>The written form of a newsletter's settings: one YAML file (docs/newsletters.md).</summary>
public static class NewsletterFile
{
    /// <exception cref="InputException">The file is no valid newsletter; every problem is named.</exception>
    public static Newsletter Parse(string text, string fileName)
    {
        var problems = new InputProblems(fileName);
        var newsletter = YamlFields.Read(text, problems) is { } file ? ReadNewsletter(file) : null;
        problems.ThrowIfAny();
        return newsletter!;
    }

    private static Newsletter ReadNewsletter(YamlFields file)
    {
        var vocabulary = VocabularyFields.Read(file.Mapping("vocabulary"));
        var newsletter = new Newsletter
        {
            Slug = file.Required("slug", NewsletterChecks.Slug),
            Name = file.Required("name", FieldChecks.AtMost(60), NewsletterChecks.DisplayName),
            Tagline = file.Text("tagline", FieldChecks.AtMost(200)) ?? "",
            Language = file.Text("language", FieldChecks.Language) ?? "en",
            TimeZone = file.Required("time_zone", NewsletterChecks.Zone),
            PostalAddress = file.Lines("postal_address") ?? file.Required("postal_address"),
            Sender = ReadSender(file.Mapping("sender")),
            Schedule = ReadSchedule(file.Mapping("schedule")),
            Policy = ReadPolicy(file.Mapping("policy")),
            Brand = ReadBrand(file.Mapping("brand")),
            Vocabulary = vocabulary,
            Feeds = FeedFields.Read(file, vocabulary),
        };
        file.RefuseUnknown();
        return newsletter;
    }

    private static SenderIdentity ReadSender(YamlFields fields)
    {
        var sender = new SenderIdentity(
            fields.Required("name", FieldChecks.AtMost(60), NewsletterChecks.DisplayName),
            fields.Required("issue_address", NewsletterChecks.Address),
            fields.Required("notice_address", NewsletterChecks.Address),
            fields.Required("reply_to", NewsletterChecks.Address),
            fields.Required("list_id", NewsletterChecks.Domain),
            fields.Required("return_path_domain", NewsletterChecks.Domain),
            fields.Required("feedback_sender_id", NewsletterChecks.FeedbackSenderId));
        fields.RefuseUnknown();

        if (sender.IssueAddress.Length > 0 && sender.IssueAddress.Equals(sender.NoticeAddress, StringComparison.OrdinalIgnoreCase))
        {
            fields.Report("notice_address", "must differ from issue_address: providers judge confirmations and issues apart by their From.");
        }

        if (!ShareAnOwner(sender.IssueAddress[(sender.IssueAddress.LastIndexOf('@') + 1)..], sender.ReturnPathDomain))
        {
            fields.Report("return_path_domain", $"'{sender.ReturnPathDomain}' must belong to the domain of issue_address, or SPF does not align with From.");
        }

        return sender;
    }

    /// <summary>
    /// Whether two names end in the same two labels: necessary for one organizational domain (RFC 9989 section 5.1).
    /// Whether it is enough, only the public suffix list or DNS knows.
    /// </summary>
    private static bool ShareAnOwner(string domain, string other) =>
        domain.Length == 0 || other.Length == 0
        || domain.Split('.').TakeLast(2).SequenceEqual(other.Split('.').TakeLast(2), StringComparer.OrdinalIgnoreCase);

    private static WeeklySchedule ReadSchedule(YamlFields fields)
    {
        var absent = new WeeklySchedule();
        var schedule = new WeeklySchedule
        {
            AssembleAt = ReadTime(fields, "assemble_at", absent.AssembleAt),
            SendAt = ReadTime(fields, "send_at", absent.SendAt),
            ReadersHour = fields.YesOrNo("readers_hour", absent.ReadersHour),
            FinishBy = ReadTime(fields, "finish_by"),
            LatenessHours = fields.WholeNumber("lateness_hours", absent.LatenessHours, 0, 120),
            ExpiryHours = fields.WholeNumber("expiry_hours", absent.ExpiryHours, 1, 120),
        };
        fields.RefuseUnknown();
        if (schedule.FinishBy <= schedule.SendAt)
        {
            fields.Report("finish_by", string.Create(CultureInfo.InvariantCulture, $"must be later than send_at, {schedule.SendAt:HH:mm}: both are on the Monday."));
        }

        return schedule;
    }

    private static TimeOnly ReadTime(YamlFields fields, string key, TimeOnly absent) => ReadTime(fields, key) ?? absent;

    private static TimeOnly? ReadTime(YamlFields fields, string key) =>
        TimeOnly.TryParseExact(fields.Text(key, NewsletterChecks.ClockTime), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;

    private static IssuePolicy ReadPolicy(YamlFields fields)
    {
        var absent = new IssuePolicy();
        var policy = new IssuePolicy
        {
            WhenNobodyApproves = ReadChoice(fields, "when_nobody_approves", absent.WhenNobodyApproves),
            WhenInDoubt = ReadChoice(fields, "when_in_doubt", absent.WhenInDoubt),
            Canary = ReadCanary(fields.Mapping("canary")),
            MaximumStories = fields.WholeNumber("maximum_stories", absent.MaximumStories, 1, 100),
            HoldOverWeeks = fields.WholeNumber("hold_over_weeks", absent.HoldOverWeeks, 0, 8),
            MaximumVariants = fields.WholeNumber("maximum_variants", absent.MaximumVariants, 0, 100),
            Ranking = ReadRanking(fields.Mapping("ranking")),
        };
        fields.RefuseUnknown();
        return policy;
    }

    private static RankingWeights ReadRanking(YamlFields fields)
    {
        var absent = new RankingWeights();
        var ranking = new RankingWeights
        {
            Sources = fields.WholeNumber("sources", absent.Sources, 0, 100),
            Diversity = fields.WholeNumber("diversity", absent.Diversity, 0, 100),
            Spread = fields.WholeNumber("spread", absent.Spread, 0, 100),
            Freshness = fields.WholeNumber("freshness", absent.Freshness, 0, 100),
            Balance = fields.WholeNumber("balance", absent.Balance, 0, 100),
        };
        fields.RefuseUnknown();
        return ranking;
    }

    private static CanaryPolicy ReadCanary(YamlFields fields)
    {
        var absent = new CanaryPolicy();
        var canary = new CanaryPolicy
        {
            Percent = fields.WholeNumber("percent", absent.Percent, 0, 5),
            WaitMinutes = fields.WholeNumber("wait_minutes", absent.WaitMinutes, 5, 1440),
            MaxDeferredPercent = fields.WholeNumber("max_deferred_percent", absent.MaxDeferredPercent, 0, 100),
            MaxRejectedPercent = fields.WholeNumber("max_rejected_percent", absent.MaxRejectedPercent, 0, 100),
            MaxComplaints = fields.WholeNumber("max_complaints", absent.MaxComplaints, 0, 1000),
        };
        fields.RefuseUnknown();
        return canary;
    }

    private static TChoice ReadChoice<TChoice>(YamlFields fields, string key, TChoice absent)
        where TChoice : struct, Enum
    {
        var known = Enum.GetValues<TChoice>().Select(SnakeCase.Of).ToList();
        return fields.Text(key, FieldChecks.OneOf(known, "choice here")) is { } text && known.Contains(text) ? SnakeCase.Parse<TChoice>(text) : absent;
    }

    private static Brand ReadBrand(YamlFields fields)
    {
        var absent = new Brand();
        var brand = new Brand
        {
            Accent = fields.Text("accent", NewsletterChecks.ReadableOn(Brand.LightGround)) ?? absent.Accent,
            AccentDark = fields.Text("accent_dark", NewsletterChecks.ReadableOn(Brand.DarkGround)) ?? absent.AccentDark,
            LogoUrl = fields.Text("logo_url", NewsletterChecks.HttpsUrl),
            SiteUrl = fields.Text("site_url", FieldChecks.WebUrl),
            About = fields.Text("about", FieldChecks.AtMost(600)) ?? "",
        };
        fields.RefuseUnknown();
        return brand;
    }
}
