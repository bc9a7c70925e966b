using System.Text;
using Registry.Soak.Wire;

namespace Registry.Soak.Clients.Administered;

/// <summary>Asks for one run of the collection after the other; some compare the whole blob store with the index.</summary>
internal sealed class Runner(AdminApi admin) : IClient
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task RunOnceAsync(Visit visit)
    {
        var started = await admin.StartRunAsync(visit.Chance(0.2) ? "?reconcile=all" : "");
        visit.Book.Demand(started.Status == 202, "run POST", visit.OwnRepository, started, []);
        var status = "queued";
        while (started.Status == 202 && status is "queued" or "running")
        {
            await visit.DelayAsync(Pause);
            var run = await admin.FindRunAsync((long)started.Json["id"]!);
            status = run.Status == 200 ? (string?)run.Json["status"] : null;
            if (status is not ("queued" or "running"))
            {
                visit.Book.Demand(status == "done", "run", run.Request, run, [Encoding.UTF8.GetString(run.Body)]);
            }
        }
    }
}
