using Registry.Api.Admin;
using Spectre.Console;

namespace Registry.Api.Cli;

/// <summary>Waits for a run of the collection; a terminal shows how it goes, a bar for each step.</summary>
internal static class RunProgress
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<RunView> FollowAsync(AdminClient client, RunView run, bool isQuiet, CancellationToken cancellationToken)
    {
        if (isQuiet || Console.IsOutputRedirected)
        {
            return await FollowAsync(client, run, _ => { }, cancellationToken);
        }

        return await AnsiConsole.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new ElapsedTimeColumn(), new SpinnerColumn()).StartAsync(async display =>
        {
            ProgressTask? step = null;
            var name = "";
            return await FollowAsync(client, run, now =>
            {
                if (now.Step != name)
                {
                    Complete(step);
                    name = now.Step;
                    step = display.AddTask(name).IsIndeterminate();
                }

                step!.Description = $"{Markup.Escape(name)}  {Output.Number(Removed(now))} removed so far";
            }, cancellationToken);
        });
    }

    private static async Task<RunView> FollowAsync(AdminClient client, RunView run, Action<RunView> show, CancellationToken cancellationToken)
    {
        show(run);
        while (run.EndedAt is null)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            run = await client.GetAsync<RunView>($"/runs/{Output.Number(run.Id)}", cancellationToken);
            show(run);
        }

        return run;
    }

    private static void Complete(ProgressTask? step)
    {
        if (step is not null)
        {
            step.IsIndeterminate = false;
            step.Value = step.MaxValue;
        }
    }

    private static long Removed(RunView run) => run.Tags + run.Manifests + run.Links + run.Uploads + run.Objects;
}
