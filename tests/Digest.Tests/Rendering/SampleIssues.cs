using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Stories;
using Microsoft.Extensions.Options;

namespace Digest.Tests.Rendering;

/// <summary>Issues as a publication writes them, and the hard ones.</summary>
internal static class SampleIssues
{
    public static readonly Week Week = new(new DateOnly(2026, 11, 23));

    public static PublicUrls Urls { get; } = new(Options.Create(new PublicUrlSettings { PublicUrl = "https://digest.example.com" }));

    /// <summary>Shared, as compiling the templates takes seconds.</summary>
    public static MailRenderer Renderer { get; } = new(new TemplateEngine(Options.Create(new TemplateSettings())), Urls);

    public static Newsletter NewNewsletter() => new()
    {
        Slug = "undertow",
        Name = "The Undertow",
        Tagline = "What the week’s AI stories rest on",
        TimeZone = "Europe/Berlin",
        Language = "en-GB",
        Sender = new SenderIdentity(
            "The Undertow", "issue@undertow.example.com", "hello@undertow.example.com", "editors@undertow.example.com",
            "undertow.example.com", "bounces.undertow.example.com", "undertow"),
        Brand = new Brand
        {
            SiteUrl = "https://undertow.example.com",
            About = "The Undertow reads what everybody quotes, and says what it rests on. Written by two people and no models.",
        },
        PostalAddress = "The Undertow\nHafenstrasse 12\n20359 Hamburg, Germany",
        Vocabulary = new Vocabulary
        {
            Stances = [new("anti", "Anti-AI"), new("skeptic", "Skeptic"), new("neutral", "Neutral"), new("practical", "Pro (practical)"), new("hyped", "Pro (hyped)")],
            LowPole = "Anti-AI",
            HighPole = "Pro-AI",
            Lenses = [new("safety", "Safety"), new("builder", "Builder"), new("policy", "Policy"), new("money", "Money")],
        },
    };

    public static IssueModel Ordinary() => new(NewNewsletter(), Week, [Lead(), Grid(), Court(), Wards(), Nurses(), Small()])
    {
        Corrections = [new(Court(), new Correction
        {
            Text = "We wrote that the order names an expert. It asks the parties to **agree on one** by 4 December.",
            At = new(2026, 11, 19, 9, 0, 0, TimeSpan.Zero),
        })],
    };

    public static IssueModel One() => new(NewNewsletter(), Week, [Lead()]);

    public static IssueModel Forty() => new(NewNewsletter(), Week,
    [
        Lead(),
        .. Enumerable.Range(2, 39).Select(number =>
        {
            var story = number % 4 == 0 ? Grid() : Nurses();
            story.Slug = $"story-{number}";
            story.Title = $"{story.Title} ({number})";
            story.CanonicalUrl = null;
            story.Standfirst = number % 7 == 0 ? "" : story.Standfirst;
            return story;
        }),
    ]);

    public static IssueModel RightToLeftAndEmoji() => new(NewNewsletter(), Week, [Arabic(), Emoji(), Japanese()]);

    public static IssueModel Awkward() => new(NewNewsletter(), Week, [LongTitle(), Hostile(), Grid()]);

    public static Story Lead() => Written(new Story
    {
        Slug = "twenty-five-thousand-keys",
        Title = "The letter about copied models is really a letter about keys",
        Standfirst = "A lab says one competitor drew **28.8 million answers** out of its model in seven weeks. The number is new. The way in was not.",
        CanonicalUrl = "https://undertow.example.com/2026/keys?ref=mail&week=48",
        Body = """
            A lab told two senators that a competitor had spent seven weeks asking its model questions, through about 25,000 accounts that were not what they said they were. The answers, the letter says, went into training a cheaper model that now answers in much the same way.

            The practice has a name, *distillation*, and a long and mostly respectable history: a small model learns from a large one. It becomes a fight when the large one belongs to somebody else.

            ## How large is large

            The letter is the fourth of its kind this year. Set beside the three before it, the step is plain to see:

            | Lab named | Answers drawn | Disclosed |
            |---|---:|---|
            | First letter | 150,000 | February |
            | Second letter | 3.4 million | February |
            | Third letter | 13 million | February |
            | This letter | 28.8 million | June |

            Divided by the accounts, that is a little over 1,150 answers each: too many for people, few enough to pass for a busy office.

            ## What is asked for

            1. Words in competition law that let labs warn one another without asking a lawyer first.
            2. Tighter rules on who may buy the fastest chips.
            3. A penalty for drawing out a model's skill in bulk, which [no statute forbids today](https://law.example.org/distillation).

            > The remedy that needs no senator is duller: know who holds your keys.

            For everybody who builds on such a model, the useful part is the third paragraph of the annex. It lists what gave the accounts away, and most of it can be checked in an afternoon.
            """,
        Topics = ["distillation", "policy"],
        Number = new StoryNumber("28.8 million", "answers drawn out of one model in **seven weeks**"),
        KeyPoints =
        [
            "A lab says that a competitor trained on its answers, and tells two senators.",
            "No statute forbids it; two bills that would have moved within the week.",
        ],
        Disagreements = ["Whether terms of service are a law: *The Second Reader* says no, *Deep Harbour* that it hardly matters any more."],
        Holds =
        [
            "The scale is without precedent among **disclosed** cases, and the lab's earlier figures have stood.",
            "Running 25,000 accounts takes an organisation; nobody does that by accident.",
            "Two bills moved within the week, from both parties.",
        ],
        Scrutiny =
        [
            "One side has spoken. The company named has [said nothing yet](https://courier.example.net/no-comment), and an allegation is not a finding.",
            "The letter asks for a law that does not exist; it was written to be quoted.",
            "It was published a week before a hearing, five weeks after the last account was closed.",
        ],
        Watch =
        [
            "The markup of the defence bill: an amendment there would bind retroactively.",
            "Whether other labs publish what *their* logs show.",
        ],
        Sources =
        [
            Source("Harbour Courier", "https://courier.example.net/letter", "safety", "neutral", "Lab accuses rival of drawing out its model", "Has the letter itself, with the annex."),
            Source("Ledger & Tape", "https://ledger.example.net/markets/keys?id=7&s=1", "money", "neutral", null, "The comparison with the three earlier disclosures."),
            Source("Deep Harbour", "https://deep.example.org/congress", "builder", "practical", "What the two bills would do", null),
            Source("The Second Reader", "https://second.example.org/scepticism", "policy", "skeptic", "A complaint in search of a law", "Argues that terms of service are no statute."),
        ],
        FurtherReading =
        [
            new FurtherReading("Distillation, explained with pencils", "https://pencils.example.org/distillation", "Pencil Notes", "The clearest half hour on the technique."),
            new FurtherReading("How rate limits leak", "https://deep.example.org/rate-limits", "Deep Harbour"),
        ],
    });

    public static Story Grid() => Written(new Story
    {
        Slug = "substations",
        Topics = ["hardware", "money"],
        Title = "The data centres are waiting for transformers, not for chips",
        Standfirst = "Three utilities published their queues. The shortest wait is 31 months.",
        Body = "The queue for a large connection is now longer than the life of the hardware it is for. That changes who builds, and where.",
        Holds = ["The queues are public, and they agree with one another."],
        Scrutiny = ["A place in a queue costs little, so the queues count some projects twice."],
        Sources =
        [
            Source("Ledger & Tape", "https://ledger.example.net/grid", "money", "neutral"),
            Source("Grid Weekly", "https://grid.example.org/queues", "builder", "skeptic"),
            Source("Deep Harbour", "https://deep.example.org/power", "builder", "practical"),
            Source("Bright Future", "https://bright.example.net/boom", "builder", "hyped"),
        ],
    });

    public static Story Court() => Written(new Story
    {
        Slug = "court-reads-weights",
        Topics = ["policy"],
        Title = "A court has, for the first time, asked to see the weights",
        Standfirst = "In a case about a songbook, a judge ordered the parties to agree on how an expert may look inside the model.",
        CanonicalUrl = "https://undertow.example.com/2026/weights",
        Body = "The order is four pages long and mostly about a room without windows.",
        Holds = ["The order is public and narrow."],
        Scrutiny = ["No expert has yet said that the question can be answered by looking."],
        Watch = ["The expert's name, due on 4 December."],
        Sources =
        [
            Source("The Second Reader", "https://second.example.org/court", "policy", "skeptic"),
            Source("Harbour Courier", "https://courier.example.net/court", "policy", "neutral"),
        ],
    });

    public static Story Nurses() => Written(new Story
    {
        Slug = "night-shift",
        Topics = ["health"],
        Title = "Nurses kept the tool that writes notes and dropped the one that gives advice",
        Standfirst = "A year in six hospitals: what was still in use when nobody was measuring any more.",
        Body = "The study came back a year later, unannounced, and looked at what was open on the screens.",
        Holds = ["Use was logged by the systems, not reported by the staff."],
        Sources =
        [
            Source("Ward Notes", "https://ward.example.org/tools", "builder", "practical"),
            Source("Bright Future", "https://bright.example.net/nurses", "builder", "hyped"),
            Source("Plain Table", "https://plain.example.org/nurses", "safety", "anti"),
        ],
    });

    /// <summary>Without a standfirst, and too long to be shown: its own sentences speak for it.</summary>
    public static Story Wards() => Written(new Story
    {
        Slug = "second-opinion",
        Title = "A hospital trust lets its triage model abstain",
        Topics = ["health"],
        Body = """
            The triage model of a hospital trust now abstains in one case of five. The trust published how often the model abstains, what the nurses did then, and what the patients had.

            Abstaining costs time. A nurse who gets no suggestion reads the whole file, which takes four minutes on average, and the trust counted those minutes before it decided.

            What it bought is trust in the suggestions that remain. Nurses now follow nine of ten suggestions of the triage model, up from six of ten when the model always had one. Nobody had told them to.

            The vendor of the model objects that a suggestion marked as weak would have done the same. The trust tried that first. Weak suggestions were followed as often as strong ones, because the mark was grey and the list was long.

            Other trusts have asked for the threshold. They will not get it: the trust found that each ward needs its own, and that a ward needs a month of its own cases to find it.
            """,
        Sources =
        [
            Source("Ward Notes", "https://ward.example.org/abstain", "builder", "practical"),
            Source("Plain Table", "https://plain.example.org/abstain", "safety", "neutral"),
        ],
        Watch = ["The second trust's figures, due in spring."],
    });

    /// <summary>Nothing but a title and a body.</summary>
    public static Story Small() => Written(new Story
    {
        Slug = "correction",
        Title = "A correction to last week’s chart",
        Body = "The axis of last week's chart began at 40, and did not say so. [The mended chart](https://undertow.example.com/charts/47) begins at zero.",
    });

    public static Story Arabic() => Written(new Story
    {
        Slug = "arabic-models",
        Language = "ar",
        Title = "نماذج اللغة العربية: من يكتب القاموس؟",
        Standfirst = "تقرير جديد يقارن بين خمسة نماذج ويسأل عمّن اختار النصوص التي تعلّمت منها.",
        Body = "بدأ التقرير بسؤال بسيط: **ما اللهجة؟** ثم وصل إلى [جدول طويل](https://arabic.example.org/table).\n\n- المغرب\n- مصر\n- الخليج\n\n| النموذج | الكلمات |\n|---|---|\n| الأول | 12 |\n| الثاني | 40 |",
        Holds = ["الأرقام منشورة ويمكن التحقق منها."],
        Scrutiny = ["لم تُذكر مصادر النصوص كلها."],
        Sources = [Source("صحيفة الميناء", "https://arabic.example.org/report", "policy", "neutral", "التقرير كاملا")],
    });

    public static Story Emoji() => Written(new Story
    {
        Slug = "emoji",
        Title = "🚀 Launch week: 14 tools, 👩‍👩‍👧‍👦 family plans, one that works",
        Standfirst = "We tried all of them 😅 so that you need not.",
        Body = "Only one of the fourteen was still open on Friday. 🎉",
        Sources = [Source("Bright Future 🌞", "https://bright.example.net/launch", "builder", "hyped")],
    });

    public static Story Japanese() => Written(new Story
    {
        Slug = "japanese",
        Language = "ja",
        Title = "言語モデルは誰のために要約するのか",
        Standfirst = "新聞社三社が同じ記事を三つのモデルに渡し、消えた段落を数えた。要約は短くなるほど、反対意見から先に消えていくという結果が出た。編集部は、何を残すかを決める人が必要だと結論づけている。",
        Body = "結果は[公開されている](https://japan.example.org/)。",
    });

    public static Story LongTitle() => Written(new Story
    {
        Slug = "long-title",
        Title = string.Join(' ', Enumerable.Repeat("If a < b & b > c, then \"who\" checks the <checker>?", 8)),
        Standfirst = "Tags such as <b> & entities such as &amp; are words here, not markup.",
        Body = "Use `a < b && c > d` and 2 < 3.",
        Holds = ["x < y & y < z"],
        Sources = [Source("R&D <Daily>", "https://rd.example.org/?a=1&b=2&copy=3", "builder", "neutral", "\"Quotes\" & <angles>", "It's <fine>.")],
    });

    /// <summary>A row from before today's allow-list, and links that intake would refuse.</summary>
    public static Story Hostile() => new()
    {
        Slug = "hostile",
        Title = "A feed that means harm\r\nBcc: everybody@example.com",
        Body = "Harmless words.",
        BodyHtml = "<p onclick=\"steal()\">Harmless words.</p><script>steal()</script><img src=x onerror=steal()><a href=\"javascript:steal()\">press</a><iframe src=\"https://evil.example.org\"></iframe>",
        CanonicalUrl = null,
        Sources = [Source("Bad Link", "javascript:steal()", "builder", "hyped")],
    };

    private static StorySource Source(string outlet, string url, string lens, string stance, string? title = null, string? note = null) =>
        new() { Outlet = outlet, Url = url, Lens = lens, Stance = stance, Title = title, Note = note };

    /// <summary>As intake leaves it.</summary>
    private static Story Written(Story story)
    {
        story.BodyHtml = StoryMarkdown.ToHtml(story.Body);
        story.Sources.ForEach(source => source.Position = story.Sources.IndexOf(source));
        return story;
    }
}
