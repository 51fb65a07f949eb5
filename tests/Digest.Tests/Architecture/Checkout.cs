namespace Digest.Tests.Architecture;

/// <summary>The working copy the tests were built from; they read its files to hold rules that no compiler holds.</summary>
internal static class Checkout
{
    private static readonly string Root = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Digest.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run from a build folder inside the checkout.");
    }
}
