using Digest.Newsletters;
using Digest.Settings;
using Shouldly;
using Xunit;

namespace Digest.Tests.Newsletters;

public sealed class NewsletterFileTests
{
    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var newsletter = NewsletterFile.Parse(NewsletterFiles.Valid, "tidings.yaml");

        newsletter.Language.ShouldBe("en");
        newsletter.PostalAddress.ShouldBe("Tidings\n1 Example Street");
        newsletter.Schedule.ShouldBe(new WeeklySchedule());
        newsletter.Policy.ShouldBe(new IssuePolicy());
        newsletter.Brand.ShouldBe(new Brand());
        newsletter.Vocabulary.LowPole.ShouldBe("Against");
        newsletter.Vocabulary.HighPole.ShouldBe("In favour");
        newsletter.Vocabulary.Headings.ShouldBe(new Headings());
    }

    [Fact]
    public void Every_setting_can_be_written()
    {
        var newsletter = NewsletterFile.Parse(NewsletterFiles.Valid + """

              low_pole: No
              high_pole: Yes
              headings:
                spread: Where they stand
                sources: Voices
                holds: Solid
                scrutiny: Shaky
                watch: Next
                further_reading: More
            tagline: "A promise: one line."
            language: de-AT
            schedule: { assemble_at: "15:30", send_at: "06:15", readers_hour: true, finish_by: "09:30", lateness_hours: 0, expiry_hours: 120 }
            policy:
              when_nobody_approves: hold
              when_in_doubt: send_again
              maximum_stories: 3
              canary: { percent: 2, wait_minutes: 45, max_deferred_percent: 30, max_rejected_percent: 0, max_complaints: 7 }
            brand:
              accent: "#1d4ed8"
              accent_dark: "#93c5fd"
              logo_url: https://example.com/logo.png
              site_url: https://example.com/
              about: Two people.
            """, "tidings.yaml");

        newsletter.Tagline.ShouldBe("A promise: one line.");
        newsletter.Language.ShouldBe("de-AT");
        newsletter.Schedule.ShouldBe(new WeeklySchedule
        {
            AssembleAt = new TimeOnly(15, 30),
            SendAt = new TimeOnly(6, 15),
            ReadersHour = true,
            FinishBy = new TimeOnly(9, 30),
            LatenessHours = 0,
            ExpiryHours = 120,
        });
        newsletter.Policy.ShouldBe(new IssuePolicy
        {
            WhenNobodyApproves = ApprovalDefault.Hold,
            WhenInDoubt = InDoubtDefault.SendAgain,
            MaximumStories = 3,
            Canary = new CanaryPolicy { Percent = 2, WaitMinutes = 45, MaxDeferredPercent = 30, MaxRejectedPercent = 0, MaxComplaints = 7 },
        });
        newsletter.Brand.ShouldBe(new Brand
        {
            Accent = "#1d4ed8",
            AccentDark = "#93c5fd",
            LogoUrl = "https://example.com/logo.png",
            SiteUrl = "https://example.com/",
            About = "Two people.",
        });
        newsletter.Vocabulary.LowPole.ShouldBe("No");
        newsletter.Vocabulary.Headings.ShouldBe(new Headings
        {
            Spread = "Where they stand",
            Sources = "Voices",
            Holds = "Solid",
            Scrutiny = "Shaky",
            Watch = "Next",
            FurtherReading = "More",
        });
    }

    [Theory]
    [InlineData("slug: tidings", "slug: Tidings!", "slug", "no slug")]
    [InlineData("slug: tidings", "slug: admin", "slug", "Digest's own pages")]
    [InlineData("slug: tidings", "slug: favicon.ico", "slug", "no slug")]
    [InlineData("name: Tidings\n", "name:\n", "name", "is missing")]
    [InlineData("Europe/Berlin", "W. Europe Standard Time", "time_zone", "Europe/Berlin")]
    [InlineData("Europe/Berlin", "europe/berlin", "time_zone", "did you mean 'Europe/Berlin'")]
    [InlineData("Europe/Berlin", "Mars/Olympus_Mons_Base", "time_zone", "IANA name such as")]
    [InlineData("weekly@letters.example.com", "weekly@localhost", "sender.issue_address", "name@domain")]
    [InlineData("weekly@letters.example.com", "Weekly <weekly@example.com>", "sender.issue_address", "name@domain")]
    [InlineData("editors@example.com", "ed..itors@example.com", "sender.reply_to", "name@domain")]
    [InlineData("editors@example.com", "bücher@example.com", "sender.reply_to", "ASCII")]
    [InlineData("list_id: tidings.example.com", "list_id: <tidings>", "sender.list_id", "no domain name")]
    [InlineData("returns.example.com", "returns.example.org", "sender.return_path_domain", "SPF does not align")]
    [InlineData("feedback_sender_id: tidings", "feedback_sender_id: tid", "sender.feedback_sender_id", "5 to 15")]
    [InlineData("  feedback_sender_id: tidings", "  feedback_sender_id: tidings-of-the-week", "sender.feedback_sender_id", "5 to 15")]
    [InlineData("{ key: between, label: Between }", "{ key: against, label: Between }", "vocabulary.stances[1].key", "stands here twice")]
    [InlineData("{ key: between, label: Between }", "{ key: between }", "vocabulary.stances[1].label", "is missing")]
    [InlineData("time_zone:", "timezone:", "timezone", "did you mean 'time_zone'?")]
    [InlineData("  reply_to:", "  replyto:", "sender.replyto", "did you mean 'reply_to'?")]
    public void A_wrong_field_is_named(string right, string wrong, string field, string says)
    {
        NewsletterFiles.Valid.ShouldContain(right);

        ProblemsOf(NewsletterFiles.Valid.Replace(right, wrong, StringComparison.Ordinal))
            .ShouldContain(problem => problem.Field == field && problem.Message.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("schedule: { lateness_hours: 121 }", "schedule.lateness_hours", "0 to 120")]
    [InlineData("schedule: { expiry_hours: 0 }", "schedule.expiry_hours", "1 to 120")]
    [InlineData("schedule: { send_at: 7 o'clock }", "schedule.send_at", "07:00")]
    [InlineData("schedule: { readers_hour: yes }", "schedule.readers_hour", "no choice here")]
    [InlineData("schedule: { send_at: 24:00 }", "schedule.send_at", "07:00")]
    [InlineData("policy: { when_nobody_approves: Hold }", "policy.when_nobody_approves", "did you mean 'hold'?")]
    [InlineData("schedule: { finish_by: '07:00' }", "schedule.finish_by", "later than send_at, 07:00")]
    [InlineData("policy: { canary: { percent: 6 } }", "policy.canary.percent", "0 to 5")]
    [InlineData("policy: { canary: { waitminutes: 6 } }", "policy.canary.waitminutes", "did you mean 'wait_minutes'?")]
    [InlineData("policy: { maximum_stories: many }", "policy.maximum_stories", "1 to 100")]
    [InlineData("brand: { accent: orange }", "brand.accent", "#rrggbb")]
    [InlineData("brand: { accent: '#fdba74' }", "brand.accent", "4.5:1")]
    [InlineData("brand: { accent_dark: '#7c2d12' }", "brand.accent_dark", "4.5:1")]
    [InlineData("brand: { logo_url: 'http://example.com/a.png' }", "brand.logo_url", "https")]
    [InlineData("brand: dark", "brand", "must hold fields")]
    [InlineData("tagline: [a, b]", "tagline", "not a list")]
    [InlineData("language: English", "language", "BCP 47")]
    public void A_wrong_choice_is_named(string line, string field, string says) =>
        ProblemsOf($"{NewsletterFiles.Valid}\n{line}\n")
            .ShouldContain(problem => problem.Field == field && problem.Message.Contains(says, StringComparison.Ordinal));

    [Theory]
    [InlineData("Tidings \U0001F4EC")]
    [InlineData("Tidings \u2709\uFE0F")]
    [InlineData("\"Tidings \\u202E\"")]
    [InlineData("\"Tid\\u0007ings\"")]
    [InlineData("tidings@example.com")]
    public void A9_a_display_name_is_letters_only(string name) =>
        ProblemsOf(NewsletterFiles.Valid.Replace("  name: Tidings", $"  name: {name}", StringComparison.Ordinal))
            .ShouldHaveSingleItem().Field.ShouldBe("sender.name");

    [Fact]
    public void D1_issues_and_notices_come_from_different_addresses() =>
        ProblemsOf(NewsletterFiles.Valid.Replace("hello@letters", "Weekly@letters", StringComparison.Ordinal))
            .ShouldHaveSingleItem().Field.ShouldBe("sender.notice_address");

    [Fact]
    public void A_scale_has_two_to_nine_stances_or_none()
    {
        var one = NewsletterFiles.Valid[..NewsletterFiles.Valid.IndexOf("    - { key: between", StringComparison.Ordinal)];
        ProblemsOf(one).ShouldHaveSingleItem().ToString().ShouldStartWith("tidings.yaml:16: vocabulary.stances: has 1;");

        var ten = one + string.Concat(Enumerable.Range(0, 9).Select(i => $"    - {{ key: s-{i}, label: S }}\n"));
        ProblemsOf(ten).ShouldHaveSingleItem().Message.ShouldStartWith("has 10;");

        var none = NewsletterFiles.Valid[..NewsletterFiles.Valid.IndexOf("vocabulary:", StringComparison.Ordinal)];
        NewsletterFile.Parse(none, "tidings.yaml").Vocabulary.Stances.ShouldBeEmpty();
    }

    [Fact]
    public void All_problems_come_at_once_in_the_order_of_the_lines()
    {
        var text = NewsletterFiles.Valid
            .Replace("slug: tidings", "slug: Tidings", StringComparison.Ordinal)
            .Replace("editors@example.com", "nobody", StringComparison.Ordinal)
            .Replace("key: builder", "key: Builder", StringComparison.Ordinal);

        ProblemsOf(text).Select(problem => problem.Line).ShouldBe([1, 11, 22]);
    }

    [Theory]
    [InlineData("", 1, "holds no fields")]
    [InlineData("just words", 1, "holds no fields")]
    [InlineData("slug: a\nname: Tidings: the weekly", 2, "must stand in quotes")]
    [InlineData("slug: a\nslug: b", 2, "is not YAML")]
    public void What_is_no_settings_file_is_said_to_be_none(string text, int line, string says)
    {
        var problem = ProblemsOf(text).ShouldHaveSingleItem();

        problem.Line.ShouldBe(line);
        problem.Message.ShouldContain(says);
    }

    private static IReadOnlyList<InputProblem> ProblemsOf(string text) =>
        Should.Throw<InputException>(() => NewsletterFile.Parse(text, "tidings.yaml")).Problems;
}
