namespace Digest.Local.Mailbox;

/// <summary>What every page of the mailbox has around it.</summary>
internal static class InboxLayout
{
    /// <summary>Only our own style sheet and script; nothing from any other place.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

    public static Html Page(string root, string title, Html main) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{title}</title>
        <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect x='3' y='7' width='26' height='18' rx='3' fill='%2347617d'/%3E%3Cpath d='M5 10l11 8 11-8' fill='none' stroke='%23fff' stroke-width='2.4' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E">
        <link rel="stylesheet" href="{root}/inbox.css">
        <script src="{root}/inbox.js" defer></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the mail</a>
        <header class="bar">
        <div class="column">
        <a class="name" href="{root}/">Local mailbox</a>
        <span class="note">Caught on this machine. Nothing here has left it.</span>
        </div>
        </header>
        <main id="main" class="column">
        {main}
        </main>
        </body>
        </html>
        """);
}
