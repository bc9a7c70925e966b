using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Registry.Storage.Index;

/// <summary>What an exception of the index means: the one place that knows its engine's.</summary>
public static class IndexFailure
{
    private const int SqliteFull = 13;

    /// <summary>The index could not do what it was asked for.</summary>
    public static bool Is(Exception e) => e is DbException or DbUpdateException or JournalFailure;

    /// <summary>Its disk is full.</summary>
    public static bool IsFull(Exception e) => e is SqliteException { SqliteErrorCode: SqliteFull };
}
