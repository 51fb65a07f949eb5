using Microsoft.AspNetCore.Identity;

namespace Digest.Operators;

/// <summary>Somebody who may sign in to the admin pages.</summary>
public sealed class Operator : IdentityUser<Guid>
{
}
