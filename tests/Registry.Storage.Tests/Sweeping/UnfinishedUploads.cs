using System.IO.Pipelines;
using System.Text;
using Registry.Storage.Content;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Sweeping;

/// <summary>Clients that upload slowly: begin, bring the bytes in requests of which some stand still, seal in the end or never.</summary>
internal sealed class UnfinishedUploads(TestContent content)
{
    private readonly List<(string Repository, string Text, SessionId Id)> uploads = [];
    private readonly List<(PipeWriter Body, Task<Outcome<UploadSession>> Request)> requests = [];

    public async Task BeginAsync(string repository, string text)
    {
        var session = (await content.Sessions.BeginAsync(Name(repository), DigestAlgorithm.Sha256, Token)).Value;
        uploads.Add((repository, text, session.Id));
    }

    public async Task BringAsync(int number)
    {
        if (Find(number) is var (repository, text, id))
        {
            await content.Sessions.AppendAsync(Name(repository), id, new ChunkRange(0, text.Length - 1), Body(text), Token);
        }
    }

    /// <summary>A request whose bytes have come, and that has not ended.</summary>
    public async Task BeginToBringAsync(int number)
    {
        if (Find(number) is var (repository, text, id))
        {
            var pipe = new Pipe();
            requests.Add((pipe.Writer, content.Sessions.AppendAsync(Name(repository), id, new ChunkRange(0, text.Length - 1), new UploadBody(pipe.Reader, text.Length), Token)));
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text), Token);
        }
    }

    public async Task EndRequestsAsync()
    {
        foreach (var (body, request) in requests)
        {
            await body.CompleteAsync();
            await request;
        }

        requests.Clear();
    }

    /// <summary>As when the registry is killed: the connections break.</summary>
    public async Task BreakOffAsync()
    {
        foreach (var (body, request) in requests)
        {
            await body.CompleteAsync(new IOException("The connection broke."));
            await request.ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        requests.Clear();
    }

    /// <summary>The blob that came of it; null if none did.</summary>
    public async Task<(string Repository, Digest Digest)?> SealAsync(int number)
    {
        if (Find(number) is not var (repository, text, id))
        {
            return null;
        }

        var refusal = await content.Sessions.SealAsync(Name(repository), id, range: null, DigestOf(text), Body(""), Token);
        return refusal is null ? (repository, DigestOf(text)) : null;
    }

    private (string Repository, string Text, SessionId Id)? Find(int number) => uploads.Count == 0 ? null : uploads[number % uploads.Count];
}
