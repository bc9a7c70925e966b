using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Registry.Storage.Index;

/// <summary>What is in an index that no registry has open, and what is wrong with it.</summary>
/// <param name="Problems">What SQLite found in pages, indexes and foreign keys, and totals that are not the sums of what is there; empty if it is sound.</param>
public sealed record IndexExamination(long Repositories, long Manifests, long Tags, long Blobs, IReadOnlyList<string> Problems)
{
    private const int MostProblems = 100;

    /// <exception cref="SqliteException">It is no index, or too damaged to be looked through.</exception>
    public static IndexExamination Of(string directory, CancellationToken cancellationToken)
    {
        var file = new SqliteConnectionStringBuilder(IndexDatabase.ConnectionString(directory)) { Pooling = false, Mode = SqliteOpenMode.ReadWrite };
        using var connection = new SqliteConnection(file.ConnectionString);
        connection.Open();
        using var stop = cancellationToken.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
        List<string> problems =
        [
            .. Read(connection, $"PRAGMA integrity_check({MostProblems})", row => row.GetString(0)).Where(line => line != "ok"),
            .. Read(connection, "PRAGMA foreign_key_check", row => $"row {Text(row, 1)} of {Text(row, 0)} names a row of {Text(row, 2)} that is not there").Take(MostProblems),
            .. Read(
                connection,
                """
                SELECT 'the totals say ' || t.Blobs || ' blobs of ' || t.BlobBytes || ' bytes, and there are ' || b.Count || ' of ' || b.Bytes
                FROM totals t, (SELECT COUNT(*) AS Count, COALESCE(SUM(Size), 0) AS Bytes FROM blobs) b WHERE t.Blobs <> b.Count OR t.BlobBytes <> b.Bytes
                """,
                row => row.GetString(0)),
        ];
        return new IndexExamination(Count(connection, "repositories"), Count(connection, "manifests"), Count(connection, "tags"), Count(connection, "blobs"), problems);
    }

    private static long Count(SqliteConnection connection, string table) => Read(connection, $"SELECT COUNT(*) FROM {table}", row => row.GetInt64(0)).Single();

    private static List<T> Read<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> of)
    {
        using var command = connection.CreateCommand();
        // Whole tables are looked through: no time is too long for that.
        command.CommandTimeout = 0;
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(of(reader));
        }

        return rows;
    }

    private static string Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? "?" : Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture)!;
}
