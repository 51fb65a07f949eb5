using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Digest.Deliveries;

/// <summary>
/// That .NET's socket thread is told of what comes on one socket, as the kernel shows it in proc(5): an entry of an epoll(7). While
/// another thread waits for that socket the entry would wake two for nothing.
/// </summary>
/// <param name="epoll">Its file.</param>
/// <param name="events">What it asks for.</param>
/// <param name="data">What .NET knows the socket by.</param>
public sealed partial class SocketWatch(int epoll, uint events, ulong data)
{
    // epoll_ctl(2).
    private const int Add = 1;
    private const int Delete = 2;

    /// <summary>Those of one socket; none where the kernel does not say.</summary>
    public static IReadOnlyList<SocketWatch> Of(Socket socket)
    {
        try
        {
            return [.. Directory.EnumerateFiles("/proc/self/fdinfo").SelectMany(file => OfFile(file, (int)socket.Handle))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public void Stop(Socket socket) => Control(Delete, socket);

    public void Resume(Socket socket) => Control(Add, socket);

    private static List<SocketWatch> OfFile(string file, int socket)
    {
        try
        {
            return [.. File.ReadLines(file)
                .Select(line => Entry().Match(line))
                .Where(entry => entry.Success && int.Parse(entry.Groups["socket"].ValueSpan, CultureInfo.InvariantCulture) == socket)
                .Select(entry => new SocketWatch(int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture), (uint)Hex(entry, "events"), Hex(entry, "data")))];
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Closed since it was listed.
            return [];
        }
    }

    private static ulong Hex(Match entry, string name) => ulong.Parse(entry.Groups[name].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private void Control(int operation, Socket socket)
    {
        // struct epoll_event is packed on x86-64 only.
        Span<byte> entry = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, events);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8)..], data);
        _ = EpollControl(epoll, operation, socket.SafeHandle, ref MemoryMarshal.GetReference(entry));
    }

    [GeneratedRegex(@"^tfd:\s*(?<socket>\d+)\s+events:\s*(?<events>[0-9a-f]+)\s+data:\s*(?<data>[0-9a-f]+)")]
    private static partial Regex Entry();

    [DllImport("libc", EntryPoint = "epoll_ctl")]
    private static extern int EpollControl(int epoll, int operation, SafeHandle socket, ref byte entry);
}
