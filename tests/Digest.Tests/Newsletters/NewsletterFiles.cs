namespace Digest.Tests.Newsletters;

/// <summary>A valid settings file, for tests to break one field of.</summary>
internal static class NewsletterFiles
{
    public const string Valid = """
        slug: tidings
        name: Tidings
        time_zone: Europe/Berlin
        postal_address: |
          Tidings
          1 Example Street
        sender:
          name: Tidings
          issue_address: weekly@letters.example.com
          notice_address: hello@letters.example.com
          reply_to: editors@example.com
          list_id: tidings.example.com
          return_path_domain: returns.example.com
          feedback_sender_id: tidings
        vocabulary:
          stances:
            - { key: against, label: Against }
            - { key: between, label: Between }
            - { key: in-favour, label: In favour }
          lenses:
            - { key: safety, label: Safety }
            - { key: builder, label: Builder }
        """;
}
