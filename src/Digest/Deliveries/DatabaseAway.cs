using System.Data.Common;
using System.Net.Sockets;

namespace Digest.Deliveries;

internal static class DatabaseAway
{
    /// <summary>
    /// The database did not answer or refused. Npgsql lets a host that does not resolve and a timeout out as they are when it
    /// opens a connection, and EF Core wraps what it is told.
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
