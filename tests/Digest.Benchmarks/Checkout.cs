namespace Digest.Benchmarks;

/// <summary>The working copy that this program was built from: the worker and the sample stories are taken from it.</summary>
internal static class Checkout
{
    private static readonly Lazy<string> Root = new(FindRoot);

    /// <summary>Where ./digest keeps what it builds and unpacks.</summary>
    public static string Home => Environment.GetEnvironmentVariable("DIGEST_HOME") is { Length: > 0 } home ? home : PathOf(".digest");

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
