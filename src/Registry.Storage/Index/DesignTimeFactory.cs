using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Registry.Storage.Index;

/// <summary>For <c>dotnet ef migrations add</c>, which needs a context and never opens it.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<IndexContext>
{
    public IndexContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<IndexContext>();
        IndexDatabase.Configure(options, ".");
        return new IndexContext(options.Options);
    }
}
