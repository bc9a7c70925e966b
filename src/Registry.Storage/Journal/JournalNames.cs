using System.Globalization;

namespace Registry.Storage.Journal;

/// <summary>How the objects of the journal and the snapshots are named: in the order in which they were written.</summary>
internal static class JournalNames
{
    public const string Journal = "journal/";
    public const string Snapshots = "snapshots/";

    private const int Digits = 20;

    public static string Entry(long number) => Journal + Text(number);

    /// <summary>The part of a snapshot's names that sorts it by the last object of the journal that is in it.</summary>
    public static string Text(long number) => number.ToString($"D{Digits}", CultureInfo.InvariantCulture);

    /// <summary>Null: it is not the name of an object of the journal.</summary>
    public static long? NumberOf(string name) =>
        name.Length == Journal.Length + Digits && name.StartsWith(Journal, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Journal.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
