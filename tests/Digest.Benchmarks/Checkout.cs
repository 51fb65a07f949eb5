namespace Digest.Benchmarks;

/// <summary>The working copy that this program was built from: the worker and the sample stories are taken from it.</summary>
internal static class Checkout
{
    private static readonly Lazy<string> Root = new(FindRoot);

    /// <exception cref="BenchException">We do not run from a checkout.</exception>
    public static string PathOf(string relative) => Path.Combine(Root.Value, relative);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Digest.sln")))
            {
                return folder.FullName;
            }
        }

        throw new BenchException("The benchmarks run from their build folder inside a checkout; start them with ./digest bench.");
    }
}
