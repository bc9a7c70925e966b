namespace Registry.Testing;

/// <summary>What <see cref="DisturbingProxy"/> does to a request on its way to the server and back.</summary>
public enum Disturbance
{
    /// <summary>It arrives a while later.</summary>
    Delay,

    /// <summary>The connection breaks before anything of it is read.</summary>
    CutBefore,

    /// <summary>The connection breaks in the middle of its body, on both sides.</summary>
    CutInRequest,

    /// <summary>The server does it, and the connection breaks before its answer.</summary>
    CutBeforeAnswer,

    /// <summary>The server does it, and the connection breaks in the middle of the answer's body.</summary>
    CutInAnswer,

    /// <summary>500 InternalError; the server knows nothing of it.</summary>
    InternalError,

    /// <summary>503 SlowDown; the server knows nothing of it.</summary>
    SlowDown,

    /// <summary>The server does it, and the answer never comes.</summary>
    WithholdAnswer,

    /// <summary>No answer comes, and when the client has given up the server does it after all.</summary>
    DoLate,
}
