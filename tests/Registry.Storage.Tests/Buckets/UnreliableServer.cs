using System.Net;

namespace Registry.Storage.Tests.Buckets;

/// <summary>Stands between the SDK and a real server: refuses some requests, and loses the answers to others that took effect.</summary>
/// <param name="seed">Of the choice.</param>
/// <param name="percent">Of each kind of failure.</param>
internal sealed class UnreliableServer(int seed, int percent)
{
    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private int failures;

    public int Failures => Volatile.Read(ref failures);

    public int Percent => percent;

    public bool IsReliable { get; set; }

    public HttpMessageHandler Wrap(HttpMessageHandler inner) => new Handler(this, inner);

    private int Next()
    {
        lock (gate)
        {
            return IsReliable ? 100 : random.Next(100);
        }
    }

    private sealed class Handler(UnreliableServer server, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var fate = server.Next();
            if (fate < Percent * 2)
            {
                Interlocked.Increment(ref server.failures);
            }

            if (fate < Percent)
            {
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request, Content = new StringContent("<Error><Code>SlowDown</Code></Error>") };
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (fate < Percent * 2)
            {
                response.Dispose();
                throw new HttpRequestException("The connection broke.", new IOException("The answer was lost."));
            }

            return response;
        }

        private int Percent => server.Percent;
    }
}
