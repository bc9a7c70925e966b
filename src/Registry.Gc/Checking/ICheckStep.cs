using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>
/// One thing that a check looks at, piece by piece. How far it has come stands in the check's row, so that it goes on from there after a stop.
/// </summary>
internal interface ICheckStep
{
    /// <summary>For progress and logs.</summary>
    string Name { get; }

    bool IsPartOf(CheckRow check);

    /// <summary>Looks at the next piece and moves <see cref="CheckRow.Cursor"/>; false: there is none.</summary>
    Task<bool> RunAsync(CheckRow check, CancellationToken cancellationToken);
}
