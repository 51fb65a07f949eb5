using Digest.Newsletters;

namespace Digest.Web.Pages.Public;

/// <summary>What a newsletter promises where people subscribe, from its schedule.</summary>
internal static class Promise
{
    public static string Of(Newsletter newsletter) =>
        $"Free. Monday {TimeOfDay(newsletter.Schedule.SendAt)}. The week's stories, synthesized. Unsubscribe anytime.";

    private static string TimeOfDay(TimeOnly sendAt) => sendAt.Hour switch
    {
        < 12 => "mornings",
        < 18 => "afternoons",
        _ => "evenings",
    };
}
