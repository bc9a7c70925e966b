namespace Registry.Storage.Tests.Buckets;

/// <summary>Stands between the SDK and the network: writes down which requests go out, and holds parts back if asked to.</summary>
internal sealed class RequestCounter
{
    private readonly Lock gate = new();
    private readonly List<string> methods = [];
    private TaskCompletionSource? hold;
    private int held;

    public int Held => Volatile.Read(ref held);

    public HttpMessageHandler Wrap(HttpMessageHandler inner) => new Handler(this, inner);

    /// <summary>The methods of the requests since the last call.</summary>
    public IReadOnlyList<string> Take()
    {
        lock (gate)
        {
            var taken = methods.ToList();
            methods.Clear();
            return taken;
        }
    }

    public void HoldParts() => hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ReleaseParts() => hold!.SetResult();

    private sealed class Handler(RequestCounter counter, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (counter.gate)
            {
                counter.methods.Add(request.Method.Method);
            }

            if (counter.hold is { } hold && request.RequestUri!.Query.Contains("partNumber", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref counter.held);
                await hold.Task.WaitAsync(cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
