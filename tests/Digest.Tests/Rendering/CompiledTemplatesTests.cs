using System.Runtime.Versioning;
using Digest.Rendering;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

/// <summary>Compiled templates are kept between starts; whatever happens to them, what is rendered is the template.</summary>
public sealed class CompiledTemplatesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("templates-");

    private string Cache => Path.Combine(folder.FullName, "cache");

    /// <summary>As after a start.</summary>
    private TemplateEngine Fresh => new(Options.Create(new TemplateSettings { Directory = folder.FullName, Cache = Cache }));

    [Fact]
    public async Task A_later_start_takes_what_an_earlier_one_compiled()
    {
        Write("one", "@model string\nfirst @Model");
        await Fresh.RenderAsync("one", "x");
        var one = Assemblies().ShouldHaveSingleItem();
        Write("two", "@model string\nsecond @Model");
        await Fresh.RenderAsync("two", "x");

        // Only whoever reads the file can be deceived by it.
        foreach (var extension in (string[])[".dll", ".pdb"])
        {
            File.Copy(Path.ChangeExtension(Assemblies().Single(file => file != one), extension), Path.ChangeExtension(one, extension), overwrite: true);
        }

        (await Fresh.RenderAsync("one", "x")).ShouldContain("second x");
    }

    [Fact]
    public async Task A_changed_template_is_compiled_anew()
    {
        Write("one", "@model string\nbefore @Model");
        (await Fresh.RenderAsync("one", "x")).ShouldContain("before x");

        Write("one", "@model string\nafter @Model");

        (await Fresh.RenderAsync("one", "x")).ShouldContain("after x");
        Assemblies().Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_file_that_is_not_whole_is_compiled_and_written_anew(int length)
    {
        Write("one", "@model string\nfirst @Model");
        await Fresh.RenderAsync("one", "x");
        var file = Assemblies().ShouldHaveSingleItem();
        var whole = new FileInfo(file).Length;
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))[..length], TestContext.Current.CancellationToken);

        (await Fresh.RenderAsync("one", "x")).ShouldContain("first x");

        new FileInfo(file).Length.ShouldBe(whole);
    }

    [Fact]
    public async Task Where_nothing_can_be_kept_all_goes_on()
    {
        Write("one", "@model string\nfirst @Model");
        await File.WriteAllTextAsync(Cache, "a file where the folder would be", TestContext.Current.CancellationToken);

        (await Fresh.RenderAsync("one", "x")).ShouldContain("first x");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task What_holds_code_is_private()
    {
        Write("one", "@model string\nfirst @Model");

        await Fresh.RenderAsync("one", "x");

        File.GetUnixFileMode(Cache).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_others_may_write_to_is_not_used()
    {
        Directory.CreateDirectory(Cache);
        File.SetUnixFileMode(Cache, File.GetUnixFileMode(Cache) | UnixFileMode.OtherWrite);
        Write("one", "@model string\nfirst @Model");

        (await Fresh.RenderAsync("one", "x")).ShouldContain("first x");

        Assemblies().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_old_goes_unless_it_is_somebody_elses()
    {
        Directory.CreateDirectory(Cache);
        var (ours, other) = (Path.Combine(Cache, $"{new string('a', 64)}.dll"), Path.Combine(Cache, "letters.dll"));
        foreach (var file in (string[])[ours, other])
        {
            await File.WriteAllTextAsync(file, "old", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-31));
        }

        Write("one", "@model string\nfirst @Model");
        await Fresh.RenderAsync("one", "x");

        File.Exists(ours).ShouldBeFalse();
        File.Exists(other).ShouldBeTrue();
    }

    public void Dispose() => folder.Delete(recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, $"{name}.cshtml"), text);

    private string[] Assemblies() => Directory.GetFiles(Cache, "*.dll");
}
