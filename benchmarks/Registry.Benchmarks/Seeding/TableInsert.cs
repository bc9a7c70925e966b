using Microsoft.Data.Sqlite;

namespace Registry.Benchmarks.Seeding;

/// <summary>Inserts rows of one table by one prepared statement.</summary>
internal sealed class TableInsert : IDisposable
{
    private readonly SqliteCommand command;

    public TableInsert(SqliteConnection connection, string table, params string[] columns)
    {
        command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of tables and columns, written here.
        command.CommandText = $"INSERT INTO {table} ({string.Join(',', columns.Select(column => $"\"{column}\""))}) VALUES ({string.Join(',', columns.Select(column => $"${column}"))})";
#pragma warning restore CA2100
        foreach (var column in columns)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${column}" });
        }
    }

    public void Add(params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    public void Dispose() => command.Dispose();
}
