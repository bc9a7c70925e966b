namespace Registry.Storage.Journal;

/// <summary>Questions to the bucket that have to be answered sooner than a request of any size may take.</summary>
internal static class Asking
{
    /// <exception cref="NoAnswerException">There was no answer in time. Whether it took effect nobody knows.</exception>
    public static async Task<T> WithPatienceAsync<T>(Func<CancellationToken, Task<T>> call, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NoAnswerException($"The bucket has not answered within {patience.TotalSeconds} s.", e);
        }
    }
}

/// <summary>The bucket has not answered in time.</summary>
internal sealed class NoAnswerException(string message, Exception cause) : IOException(message, cause);
