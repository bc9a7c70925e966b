using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>Repositories come into being with the first thing pushed to them.</summary>
internal static class Repositories
{
    public static long? Find(IndexContext db, RepositoryName name)
    {
        var text = name.ToString();
        return db.Repositories.Where(r => r.Name == text).Select(r => (long?)r.Id).FirstOrDefault();
    }

    public static string NameOf(IndexContext db, long id) => db.Repositories.Where(r => r.Id == id).Select(r => r.Name).First();

    /// <summary>Inside a change of the index only.</summary>
    public static long FindOrAdd(IndexContext db, RepositoryName name, DateTimeOffset now)
    {
        if (Find(db, name) is { } id)
        {
            return id;
        }

        var row = new RepositoryRow { Name = name.ToString(), CreatedAt = now };
        db.Repositories.Add(row);
        db.SaveChanges();
        return row.Id;
    }
}
