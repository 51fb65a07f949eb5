namespace Digest.Stories;

/// <summary>Brings a stored story to what was written anew.</summary>
internal static class StoryChange
{
    /// <summary>
    /// Same text, same instant, same rendering: nothing to do. The instant may differ under the same text by the shift or
    /// the newsletter's zone, the rendering by a newer version of the program. Whoever wrote it last has it: from then on
    /// no feed changes what an editor wrote.
    /// </summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Apply(Story stored, Story written, DateTimeOffset now)
    {
        if (stored.ContentHash.AsSpan().SequenceEqual(written.ContentHash)
            && stored.PublishedAt == written.PublishedAt
            && stored.BodyHtml == written.BodyHtml
            && stored.CanonicalUrl == written.CanonicalUrl
            && stored.Sources.Select(source => source.Url).SequenceEqual(written.Sources.Select(source => source.Url))
            && stored.Origin == written.Origin)
        {
            return false;
        }

        stored.Title = written.Title;
        stored.Standfirst = written.Standfirst;
        stored.Body = written.Body;
        stored.BodyHtml = written.BodyHtml;
        stored.Language = written.Language;
        stored.CanonicalUrl = written.CanonicalUrl;
        stored.Topics = written.Topics;
        stored.Holds = written.Holds;
        stored.Scrutiny = written.Scrutiny;
        stored.Watch = written.Watch;
        stored.KeyPoints = written.KeyPoints;
        stored.Disagreements = written.Disagreements;
        stored.Number = written.Number;
        stored.FurtherReading = written.FurtherReading;
        stored.Weight = written.Weight;
        stored.PublishedAt = written.PublishedAt;
        stored.Origin = written.Origin;
        stored.ContentHash = written.ContentHash;
        stored.UpdatedAt = now;
        ApplySources(stored.Sources, written.Sources);
        // A correction that was published stays: what a file leaves out, or says with other words, was still said.
        var more = written.Corrections.FindAll(correction => stored.Corrections.TrueForAll(said => said.Text != correction.Text));
        more.ForEach(correction => correction.RecordedAt = now);
        stored.Corrections.AddRange(more);
        return true;
    }

    /// <summary>Place by place, so that no two rows ever hold one place.</summary>
    private static void ApplySources(List<StorySource> stored, List<StorySource> written)
    {
        foreach (var (source, wanted) in stored.Zip(written))
        {
            source.Outlet = wanted.Outlet;
            source.Url = wanted.Url;
            source.Title = wanted.Title;
            source.Lens = wanted.Lens;
            source.Stance = wanted.Stance;
            source.Note = wanted.Note;
        }

        if (stored.Count > written.Count)
        {
            stored.RemoveRange(written.Count, stored.Count - written.Count);
        }

        stored.AddRange(written.Skip(stored.Count));
    }
}
