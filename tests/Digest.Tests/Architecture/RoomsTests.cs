using System.Text.RegularExpressions;
using Digest.Data;
using Shouldly;
using Xunit;

namespace Digest.Tests.Architecture;

/// <summary>The plan of the house (docs/decisions/0001), held by reading the source.</summary>
public sealed partial class RoomsTests
{
    /// <summary>In the order in which a story travels: a room knows only rooms before it.</summary>
    private static readonly string[] Order =
        ["Settings", "Newsletters", "Stories", "Issues", "Rendering", "Smtp", "Subscribers", "Feedback", "Deliveries", "Operators", "Schedule"];

    [Fact]
    public void Digest_refers_to_no_web_host()
    {
        var referenced = typeof(DigestDbContext).Assembly.GetReferencedAssemblies().Select(name => name.Name!).ToList();

        referenced.ShouldNotContain(name => name.StartsWith("Microsoft.AspNetCore.Http", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.AspNetCore.Mvc", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.AspNetCore.Hosting", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_engine_and_what_it_keeps_say_RazorLight()
    {
        var files = SourceFiles().Where(file => File.ReadAllText(file).Contains("using RazorLight", StringComparison.Ordinal));

        files.Select(Path.GetFileName).ShouldBe(["CompiledTemplates.cs", "TemplateEngine.cs"], ignoreOrder: true);
    }

    [Fact]
    public void Every_html_template_has_a_text_twin()
    {
        var templates = Directory.GetFiles(Checkout.PathOf("templates"), "*.cshtml", SearchOption.AllDirectories)
            .Select(Path.GetFileName).OfType<string>().Where(name => !name.StartsWith('_')).ToHashSet();
        templates.ShouldNotBeEmpty();

        foreach (var html in templates.Where(name => !name.EndsWith(".text.cshtml", StringComparison.Ordinal)))
        {
            templates.ShouldContain(html.Replace(".cshtml", ".text.cshtml", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_room_is_on_the_plan()
    {
        var rooms = Directory.GetDirectories(Checkout.PathOf("src/Digest")).Select(path => Path.GetFileName(path)!)
            .Where(name => name is not ("bin" or "obj" or "Data"));

        rooms.ShouldBeSubsetOf(Order);
    }

    [Theory]
    [InlineData("Stories")]
    [InlineData("Subscribers")]
    [InlineData("Smtp")]
    [InlineData("Deliveries")]
    [InlineData("Rendering")]
    [InlineData("Newsletters")]
    [InlineData("Feedback")]
    public void A_room_knows_only_rooms_before_it(string room)
    {
        var later = Order[(Array.IndexOf(Order, room) + 1)..];
        // The entities of Issues are rendered, and assembling renders them: those two rooms are neighbours on one floor.
        // An alert is raised wherever something needs the operator.
        var forbidden = later.Where(name => name != "Operators").Select(name => $"using Digest.{name};").ToList();

        foreach (var file in Directory.GetFiles(Checkout.PathOf($"src/Digest/{room}"), "*.cs", SearchOption.AllDirectories))
        {
            var usings = UsingLine().Matches(File.ReadAllText(file)).Select(match => match.Value);
            usings.ShouldNotContain(line => forbidden.Contains(line), Path.GetFileName(file));
        }
    }

    private static IEnumerable<string> SourceFiles() => Directory
        .EnumerateFiles(Checkout.PathOf("src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex("^using Digest\\.[A-Za-z]+;", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
