using System.Diagnostics;

namespace Registry.Storage.Index;

/// <summary>A change of the index on its way through the writer, and the answer to whoever asked for it.</summary>
internal abstract class Change(Reach reach)
{
    public Reach Reach => reach;

    /// <summary>A timestamp of <see cref="Stopwatch"/>.</summary>
    public long AskedAt { get; } = Stopwatch.GetTimestamp();

    public abstract bool IsCancelled();

    public abstract void Run(IndexContext db);

    public abstract void RememberFailure(Exception exception);

    public abstract void Answer();

    public abstract void AnswerFailure(Exception exception);
}

internal sealed class Change<T>(Func<IndexContext, T> work, Reach reach, CancellationToken cancellationToken) : Change(reach)
{
    private T? result;
    private Exception? failure;

    public TaskCompletionSource<T> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool IsCancelled() => cancellationToken.IsCancellationRequested && Completion.TrySetCanceled(cancellationToken);

    public override void Run(IndexContext db) => result = work(db);

    public override void RememberFailure(Exception exception) => failure = exception;

    public override void Answer()
    {
        if (failure is not null)
        {
            Completion.TrySetException(failure);
        }
        else
        {
            Completion.TrySetResult(result!);
        }
    }

    public override void AnswerFailure(Exception exception) => Completion.TrySetException(failure ?? exception);
}
