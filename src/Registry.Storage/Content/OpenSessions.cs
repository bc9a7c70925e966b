using System.Collections.Concurrent;
using System.Security.Cryptography;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>
/// What is kept in memory about upload sessions: that a request is writing to one, and the running hash of its bytes, so
/// that they need not be read again. Losing it (a restart) costs a re-read, nothing else.
/// </summary>
internal sealed class OpenSessions
{
    private readonly ConcurrentDictionary<SessionId, OpenSession> sessions = new();

    /// <summary>Takes the session for one request; null while another one has it.</summary>
    public OpenSession? TryTake(SessionId id, DigestAlgorithm algorithm)
    {
        var session = sessions.GetOrAdd(id, static (_, a) => new OpenSession(a), algorithm);
        return session.TryEnter() ? session : null;
    }

    /// <summary>The session is over; its hash goes too.</summary>
    public void Forget(SessionId id)
    {
        if (sessions.TryRemove(id, out var session))
        {
            session.ForgetHash();
        }
    }
}

/// <summary>One upload session while the process lives. Disposing gives it back.</summary>
internal sealed class OpenSession(DigestAlgorithm algorithm) : IDisposable
{
    private int taken;
    private IncrementalHash? hash;
    private long hashed;

    public DigestAlgorithm Algorithm => algorithm;

    public bool TryEnter() => Interlocked.CompareExchange(ref taken, 1, 0) == 0;

    /// <summary>Whether the running hash covers exactly the first <paramref name="count"/> bytes.</summary>
    public bool Covers(long count) => hashed == count;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        hash ??= IncrementalHash.CreateHash(algorithm.Hash);
        hash.AppendData(bytes);
        hashed += bytes.Length;
    }

    public Digest CurrentDigest()
    {
        hash ??= IncrementalHash.CreateHash(algorithm.Hash);
        return Digest.FromHash(algorithm, hash.GetCurrentHash());
    }

    public void ForgetHash()
    {
        hash?.Dispose();
        hash = null;
        hashed = 0;
    }

    public void Dispose() => Volatile.Write(ref taken, 0);
}
