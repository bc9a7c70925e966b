using System.CommandLine;
using System.Globalization;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary><c>storage</c>: what is stored, and when it is full.</summary>
internal static class StorageCommand
{
    public static Command Create()
    {
        var command = new Command("storage", "Shows what is stored, how it grows, and when the disk or the budget is full.");
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var storage = await client.GetAsync<StorageView>("/storage", cancellationToken);
            if (!Output.WriteJson(parsed, storage))
            {
                Output.WriteTable(["storage", ""], Rows(storage));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static IEnumerable<string[]> Rows(StorageView storage)
    {
        yield return ["stored", Output.Bytes(storage.StoredBytes)];
        yield return ["  named by blobs", $"{Output.Bytes(storage.NamedBytes)}, {Output.Number(storage.Blobs)} blobs"];
        yield return ["  waiting to be deleted", Output.Bytes(storage.CondemnedBytes)];
        yield return ["  in uploads", Output.Bytes(storage.UploadBytes)];
        yield return ["growth", storage.GrowthPerDay is { } growth ? $"{Output.Bytes(growth)} a day" : "not known before a day has passed"];
        if (storage.Disk is { } disk)
        {
            yield return ["disk", $"{Output.Bytes(disk.FreeBytes)} free, {Output.Bytes(disk.ReserveBytes)} of it kept free"];
        }

        if (storage.Budget is { } budget)
        {
            yield return ["budget", $"{Output.Bytes(budget.Bytes)}, from {Output.Bytes(budget.HighBytes)} down to {Output.Bytes(budget.LowBytes)}"];
            if (budget.Problem is { } problem)
            {
                yield return ["", problem];
            }
        }

        yield return ["full", storage.DaysUntilFull is { } days ? $"in {days.ToString("0.#", CultureInfo.InvariantCulture)} days" : storage.GrowthPerDay is null ? "not known either" : "never at this pace"];
    }
}
