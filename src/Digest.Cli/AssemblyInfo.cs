using System.Runtime.CompilerServices;

// The conformance and end-to-end tests run the demo's own Monday.
[assembly: InternalsVisibleTo("Digest.Tests")]
[assembly: InternalsVisibleTo("Digest.EndToEnd")]
