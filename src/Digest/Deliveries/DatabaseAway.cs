using System.Data.Common;
using System.Net.Sockets;

namespace Digest.Deliveries;

internal static class DatabaseAway
{
    /// <summary>
    /// The database did not answer or refused, whoever wraps it: EF Core does, and not every version of Npgsql wraps what the system
    /// says of a host that does not resolve.
    /// </summary>
    public static bool IsOne(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException or SocketException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }
}
