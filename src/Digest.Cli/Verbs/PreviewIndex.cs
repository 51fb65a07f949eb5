using System.Globalization;
using System.Net;
using System.Text;

namespace Digest.Cli.Verbs;

/// <summary>A page that shows every file of a preview side by side.</summary>
internal static class PreviewIndex
{
    private const string Head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <style>
        body { margin: 0; padding: 1rem; font: 15px/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        .row { display: flex; gap: 1rem; overflow-x: auto; align-items: flex-start; padding-bottom: 1rem; }
        figure { margin: 0; flex: none; } figcaption { padding: .25rem 0; }
        img, iframe { display: block; border: 1px solid #85817a; background: #fff; }
        iframe { height: 40rem; }
        </style>
        """;

    /// <param name="issue">What is shown.</param>
    /// <param name="files">By variant: the HTML file, the text file, and the pictures with their width and scheme, all beside the page.</param>
    public static string Of(PreviewedIssue issue, IReadOnlyList<(string Variant, string Html, string Text, IReadOnlyList<IssuePicture> Pictures)> files)
    {
        var title = Html(issue.Title);
        var page = new StringBuilder(Head).Append(CultureInfo.InvariantCulture, $"<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n");
        foreach (var (variant, html, text, pictures) in files)
        {
            var mail = issue.Variants.First(shown => shown.Variant == variant).Mail;
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Html(variant.Length == 0 ? "The whole issue" : variant)}</h2>\n")
                .Append(CultureInfo.InvariantCulture, $"<p><strong>{Html(mail.Subject)}</strong><br>{Html(mail.Preheader)}<br>")
                .Append(CultureInfo.InvariantCulture, $"<a href=\"{Url(html)}\">HTML</a> · <a href=\"{Url(text)}\">text</a></p>\n<div class=\"row\">\n");
            foreach (var picture in pictures)
            {
                var (file, at) = (Url(picture.Path), $"{picture.Width} px, {picture.Scheme}");
                page.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{at}</figcaption><a href=\"{file}\">")
                    .Append(CultureInfo.InvariantCulture, $"<img src=\"{file}\" width=\"{picture.Width}\" alt=\"The issue at {at}\" loading=\"lazy\"></a></figure>\n");
            }

            foreach (var width in pictures.Count == 0 ? IssuePictures.Widths : [])
            {
                page.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{width} px</figcaption>")
                    .Append(CultureInfo.InvariantCulture, $"<iframe src=\"{Url(html)}\" width=\"{width}\" title=\"The issue at {width} px\"></iframe></figure>\n");
            }

            page.Append("</div>\n");
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string Url(string path) => Html(Uri.EscapeDataString(Path.GetFileName(path)));
}
