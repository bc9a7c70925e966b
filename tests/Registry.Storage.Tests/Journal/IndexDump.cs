using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Tests.Content;

namespace Registry.Storage.Tests.Journal;

/// <summary>Everything that an index has, as text: of two that are the same it is the same.</summary>
internal static class IndexDump
{
    public static string Of(TestContent content) => content.Read(db => string.Join('\n', JournaledTables.Of(db).Append("totals").Order(StringComparer.Ordinal).SelectMany(table => Rows(db, table))));

    private static IEnumerable<string> Rows(IndexContext db, string table)
    {
        using var command = db.Database.GetDbConnection().CreateCommand();
        db.Database.OpenConnection();
        command.CommandText = $"SELECT * FROM {table}";
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            var values = Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : reader.GetValue(i).ToString());
            rows.Add($"{table}: {string.Join(" | ", values)}");
        }

        return rows.Order(StringComparer.Ordinal);
    }
}
