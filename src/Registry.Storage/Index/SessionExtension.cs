using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Registry.Storage.Index;

/// <summary>
/// SQLite's session extension (https://sqlite.org/sessionintro.html), which the bundled library has and its binding does not show: it records which
/// rows a connection changes, and applies such a record to another database.
/// </summary>
internal static unsafe partial class SessionExtension
{
    private const string Library = "e_sqlite3";
    private const int Ok = 0;
    private const int Abort = 2;

    public static nint Create(SqliteConnection connection, IEnumerable<string> tables)
    {
        Check(Create(HandleOf(connection), "main", out var session));
        foreach (var table in tables)
        {
            Check(Attach(session, table));
        }

        return session;
    }

    /// <summary>What has changed since the session was created, without the old values; empty if nothing has.</summary>
    public static byte[] Read(nint session)
    {
        Check(Patchset(session, out var length, out var bytes));
        try
        {
            return new ReadOnlySpan<byte>(bytes, length).ToArray();
        }
        finally
        {
            Free(bytes);
        }
    }

    [LibraryImport(Library, EntryPoint = "sqlite3session_delete")]
    public static partial void Delete(nint session);

    /// <summary>Does the changes to the connection's database: all of them, or none if one of them does not fit.</summary>
    /// <exception cref="InvalidDataException">A row that is to be changed is not there, or one that is to be added is.</exception>
    public static void Apply(SqliteConnection connection, ReadOnlySpan<byte> changes)
    {
        if (changes.IsEmpty)
        {
            return;
        }

        fixed (byte* bytes = changes)
        {
            var conflicts = 0;
            var result = Apply(HandleOf(connection), changes.Length, bytes, filter: null, &OnConflict, &conflicts);
            if (result != Ok)
            {
                throw new InvalidDataException(conflicts > 0
                    ? "The changes do not fit to the index: it has other rows than the one that they were made in."
                    : $"The changes cannot be applied (SQLite error {result}).");
            }
        }
    }

    private static nint HandleOf(SqliteConnection connection) => connection.Handle!.DangerousGetHandle();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnConflict(void* context, int kind, void* iterator)
    {
        ++*(int*)context;
        return Abort;
    }

    private static void Check(int result)
    {
        if (result != Ok)
        {
            throw new SqliteException($"The changes of the index cannot be recorded (SQLite error {result}).", result);
        }
    }

    [LibraryImport(Library, EntryPoint = "sqlite3session_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Create(nint database, string schema, out nint session);

    [LibraryImport(Library, EntryPoint = "sqlite3session_attach", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Attach(nint session, string table);

    [LibraryImport(Library, EntryPoint = "sqlite3session_patchset")]
    private static partial int Patchset(nint session, out int length, out byte* bytes);

    [LibraryImport(Library, EntryPoint = "sqlite3_free")]
    private static partial void Free(void* bytes);

    [LibraryImport(Library, EntryPoint = "sqlite3changeset_apply")]
    private static partial int Apply(nint database, int length, byte* bytes, void* filter, delegate* unmanaged[Cdecl]<void*, int, void*, int> onConflict, void* context);
}
