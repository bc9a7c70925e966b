using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>Bytes that one request may bring. Disposing gives them back; by then what came is committed or dropped.</summary>
internal sealed class UploadReservation(UploadBudget budget) : IDisposable
{
    /// <summary>A body that does not say its length reserves so much ahead, where there is room for it.</summary>
    private const long Step = 1024 * 1024;

    private long reserved;
    private long came;

    /// <summary>Reserves more. Errors: StorageFull.</summary>
    public RegistryError? TryAdd(long count)
    {
        var refusal = budget.TryAdd(count);
        reserved += refusal is null ? count : 0;
        return refusal;
    }

    /// <summary>Sees to it that so many bytes more may come now. Errors: StorageFull.</summary>
    public RegistryError? TryCover(long count)
    {
        var missing = came + count - reserved;
        return missing <= 0 || missing < Step && TryAdd(Step) is null ? null : TryAdd(missing);
    }

    public void Came(long count)
    {
        came += count;
        budget.Came(count);
    }

    public void Dispose()
    {
        budget.GiveBack(reserved, reserved - came);
        (reserved, came) = (0, 0);
    }
}
