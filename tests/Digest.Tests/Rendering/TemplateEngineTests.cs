using Digest.Rendering;
using Digest.Settings;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

public sealed class TemplateEngineTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("templates-");

    private TemplateEngine Engine => new(Options.Create(new TemplateSettings { Directory = folder.FullName }));

    [Fact]
    public async Task A_missing_template_is_one_sentence_that_names_it()
    {
        var error = await Should.ThrowAsync<SettingException>(() => Engine.RenderAsync("weekly", "x"));

        error.Message.ShouldContain("weekly.cshtml");
        error.Message.ShouldContain(folder.FullName);
        Should.Throw<SettingException>(() => Engine.ReadFile("mail.css")).Message.ShouldContain("mail.css");
    }

    [Fact]
    public async Task A_folder_without_a_mail_or_its_twin_is_found_before_the_first_mail()
    {
        Write("weekly.cshtml", "fine");

        var error = await Should.ThrowAsync<SettingException>(() => new MailRenderer(Engine, SampleIssues.Urls).WarmUpAsync());

        error.Message.ShouldContain("weekly.text.cshtml");
    }

    [Theory]
    [InlineData("@model string\n<p>\n@Model.NoSuchMember\n</p>", 3)]
    [InlineData("@model string\n@:misplaced", 2)]
    public async Task A_template_that_does_not_compile_names_file_and_line(string template, int line)
    {
        Write("broken.cshtml", template);

        var error = await Should.ThrowAsync<InputException>(() => Engine.RenderAsync("broken", "x"));

        error.Problems[0].File.ShouldEndWith("broken.cshtml");
        error.Problems[0].Line.ShouldBe(line);
    }

    [Fact]
    public async Task A_broken_template_is_found_when_all_are_compiled()
    {
        Write("fine.cshtml", "fine");
        Write("broken.text.cshtml", "@model string\n@Model.NoSuchMember");

        (await Should.ThrowAsync<InputException>(() => Engine.CompileAllAsync())).Problems[0].File.ShouldEndWith("broken.text.cshtml");
    }

    [Fact]
    public async Task Many_first_renders_at_once_all_succeed_and_only_html_is_encoded()
    {
        Write("page.cshtml", "@model string\n<p>@Model</p>");
        Write("page.text.cshtml", "@model string\n@Model");
        var engine = Engine;

        var pages = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => engine.RenderAsync("page", "a & b"))));
        var texts = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => engine.RenderAsync("page.text", "a & b"))));

        pages.ShouldAllBe(page => page.Contains("<p>a &amp; b</p>"));
        texts.ShouldAllBe(text => text.Contains("a & b"));
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_a_wrong_setting()
    {
        new TemplateSettings { Directory = "/no/such/folder" }.Problems().ShouldHaveSingleItem().ShouldStartWith("Digest:Templates:Directory");
        new TemplateSettings().Problems().ShouldBeEmpty();
    }

    public void Dispose() => folder.Delete(recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);
}
