using System.Data.Common;

namespace Digest.Deliveries;

internal static class DatabaseAway
{
    /// <summary>The database did not answer or refused; EF Core wraps that once.</summary>
    public static bool IsOne(Exception error) => error is DbException || error.InnerException is DbException;
}
