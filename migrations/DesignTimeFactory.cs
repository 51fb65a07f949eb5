using Digest.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql;

namespace Digest.Migrations;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model; it never connects.</summary>
public sealed class DesignTimeFactory : IDesignTimeDbContextFactory<DigestDbContext>
{
    public DigestDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<DigestDbContext>();
        DataRoom.Configure(options, NpgsqlDataSource.Create("Host=localhost;Database=design"));
        return new DigestDbContext(options.Options);
    }
}
