using Spectre.Console;

namespace Registry.Api.Cli;

/// <summary>Waits for what a registry does in the background; a terminal shows how it goes. Ctrl-C ends the waiting, and not what is waited for.</summary>
internal static class Following
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <param name="first">As it was answered.</param>
    /// <param name="again">Asks for it again.</param>
    /// <param name="show">What to show: a line, and how much of it is done where that is known.</param>
    public static async Task<T> RunAsync<T>(
        T first, Func<Task<T>> again, Func<T, bool> hasEnded, Func<T, (string Line, double? Done)> show, bool isQuiet, CancellationToken cancellationToken)
    {
        if (isQuiet || Console.IsOutputRedirected)
        {
            return await PollAsync(first, again, hasEnded, _ => { }, cancellationToken);
        }

        return await AnsiConsole.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new SpinnerColumn()).StartAsync(async display =>
        {
            var task = display.AddTask("", maxValue: 1);
            return await PollAsync(first, again, hasEnded, now =>
            {
                var (line, done) = show(now);
                task.Description = Markup.Escape(line);
                task.IsIndeterminate = done is null;
                task.Value = done ?? 0;
            }, cancellationToken);
        });
    }

    private static async Task<T> PollAsync<T>(T now, Func<Task<T>> again, Func<T, bool> hasEnded, Action<T> show, CancellationToken cancellationToken)
    {
        show(now);
        while (!hasEnded(now))
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            now = await again();
            show(now);
        }

        return now;
    }
}
