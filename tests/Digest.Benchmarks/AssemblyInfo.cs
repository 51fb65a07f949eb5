using System.Runtime.Versioning;

// Processor time and memory of other processes are read from /proc.
[assembly: SupportedOSPlatform("linux")]
