using System.Text;
using Digest.Settings;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories;

public sealed class StoryFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("digest-stories-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_folder_is_read_with_its_folders_in_order()
    {
        Write("b.md", "second");
        Write("a.md", "first");
        Write("week/c.md", "third");
        Write("notes.txt", "no story");
        Write(".trash/d.md", "no story");

        StoryFolder.Read(folder).Select(input => (Path.GetRelativePath(folder, input.FileName), input.Text))
            .ShouldBe([("a.md", "first"), ("b.md", "second"), (Path.Combine("week", "c.md"), "third")]);
    }

    [Fact]
    public void One_file_and_standard_input_are_one_story()
    {
        Write("a.md", "only");
        StoryFolder.Read(Path.Combine(folder, "a.md")).ShouldHaveSingleItem().Text.ShouldBe("only");

        using var standardInput = new MemoryStream("piped é"u8.ToArray());
        StoryFolder.ReadStandardInput(standardInput).ShouldBe(new StoryInput("-", "piped é"));
    }

    [Fact]
    public void An_empty_folder_is_refused() =>
        Should.Throw<RefusedException>(() => StoryFolder.Read(folder)).Message.ShouldContain("holds no story");

    [Fact]
    public void Nothing_at_the_path_is_refused() =>
        Should.Throw<RefusedException>(() => StoryFolder.Read(Path.Combine(folder, "none"))).Message.ShouldStartWith("There is no file or folder");

    [Fact]
    public void Another_encoding_is_named()
    {
        File.WriteAllBytes(Path.Combine(folder, "latin.md"), Encoding.Latin1.GetBytes("caf\u00e9"));

        Should.Throw<InputException>(() => StoryFolder.Read(folder)).Message.ShouldContain("latin.md: is not UTF-8");
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
