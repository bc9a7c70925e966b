using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;

namespace Registry.Storage.Buckets;

/// <summary>What an exception of the SDK, of HTTP or of the network means, and what to do about it.</summary>
internal static class S3Problems
{
    /// <summary>Null: no failure of the store, but a mistake of ours.</summary>
    public static S3Failure? Explain(Exception e, string doing, S3Options options) => e switch
    {
        S3Failure known => known,
        AmazonServiceException { StatusCode: not 0 } answer => OfAnswer(answer, doing, options),
        _ when Find<AuthenticationException>(e) is { } tls => new S3Failure(
            S3Problem.NotTrusted,
            $"{doing}: the certificate of {Server(options)} is not trusted ({tls.Message}). If its authority is your own, name it in Registry:Storage:S3:CaFile.", e),
        _ when Find<OperationCanceledException>(e) is not null => TimedOut(doing, options, e),
        _ when Find<SocketException>(e) is { } socket => new S3Failure(
            S3Problem.Unreachable, $"{doing}: {Server(options)} cannot be reached ({socket.Message}). Is Registry:Storage:S3:Endpoint right, and does the server run?", e),
        HttpRequestException or IOException => new S3Failure(S3Problem.Unreachable, $"{doing}: the connection to {Server(options)} broke ({Innermost(e)}).", e),
        _ when Find<HttpRequestException>(e) is not null || Find<IOException>(e) is not null => new S3Failure(
            S3Problem.Unreachable, $"{doing}: the connection to {Server(options)} broke ({Innermost(e)}).", e),
        AmazonClientException when e.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) => NoCredentials(doing, e),
        // What the SDK cannot read in an answer: half a body, or one of something between us and the server.
        AmazonServiceException or AmazonClientException => new S3Failure(S3Problem.Fault, $"{doing}: the answer of {Server(options)} cannot be understood ({e.Message}).", e),
        _ => null,
    };

    public static S3Failure TimedOut(string doing, S3Options options, Exception? cause = null) => new(
        S3Problem.TimedOut, $"{doing}: {Server(options)} did not answer within {options.RequestTimeout} (Registry:Storage:S3:RequestTimeout).", cause);

    public static S3Failure NoBucket(S3Options options, Exception cause) => new(
        S3Problem.NoBucket, $"{Server(options)} has no bucket '{options.Bucket}': make it, or look at Registry:Storage:S3:Bucket.", cause);

    private static S3Failure OfAnswer(AmazonServiceException e, string doing, S3Options options)
    {
        var problem = ProblemOf(e);
        var said = $"{(int)e.StatusCode}{(string.IsNullOrEmpty(e.ErrorCode) ? "" : " " + e.ErrorCode)}";
        var advice = problem switch
        {
            S3Problem.Throttled => "it asks for fewer requests",
            S3Problem.Fault => "it has a fault of its own",
            S3Problem.WrongKeys => "it does not know the keys, or the secret key is another one: look at Registry:Storage:S3:AccessKey and SecretKey, or at where the SDK finds its credentials",
            S3Problem.ClockSkew => "the clocks of this machine and of the server differ by more than it takes: set them",
            S3Problem.Denied => "the keys have no right to do this: docs/s3.md has the rights that are needed",
            S3Problem.NoBucket => $"there is no bucket '{options.Bucket}': make it, or look at Registry:Storage:S3:Bucket",
            S3Problem.WrongRegion => "the bucket is in another region: look at Registry:Storage:S3:Region and Endpoint",
            S3Problem.NotSupported => "it cannot do this",
            _ => e.Message,
        };
        return new S3Failure(problem, $"{doing}: {Server(options)} answered {said}; {advice}.", e);
    }

    private static S3Problem ProblemOf(AmazonServiceException e) => (e.ErrorCode, e.StatusCode) switch
    {
        ("SlowDown" or "ServiceUnavailable" or "TooManyRequests" or "RequestLimitExceeded" or "Throttling", _) => S3Problem.Throttled,
        (_, HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) => S3Problem.Throttled,
        ("InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken", _) => S3Problem.WrongKeys,
        ("RequestTimeTooSkewed", _) => S3Problem.ClockSkew,
        ("NoSuchBucket", _) => S3Problem.NoBucket,
        ("PermanentRedirect" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException", _) => S3Problem.WrongRegion,
        (_, HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect) => S3Problem.WrongRegion,
        // The body came too slowly, was cut, or was changed on its way: the bytes that we have are still right.
        ("RequestTimeout" or "BadDigest" or "IncompleteBody" or "XAmzContentSHA256Mismatch" or "OperationAborted" or "InternalError", _) => S3Problem.Fault,
        ("NotImplemented", _) or (_, HttpStatusCode.NotImplemented) => S3Problem.NotSupported,
        (_, HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized) => S3Problem.Denied,
        (_, >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout) => S3Problem.Fault,
        _ => S3Problem.Other,
    };

    private static S3Failure NoCredentials(string doing, Exception e) => new(
        S3Problem.NoCredentials,
        $"{doing}: there are no credentials ({e.Message}). Set Registry:Storage:S3:AccessKey and SecretKey, a Profile, or what the SDK's own chain reads (AWS_ACCESS_KEY_ID, a web identity, the instance's role).", e);

    private static string Server(S3Options options) => options.Endpoint.Length > 0 ? $"'{options.Endpoint}'" : "AWS";

    private static string Innermost(Exception e) => e.GetBaseException().Message;

    private static T? Find<T>(Exception e)
        where T : Exception
    {
        for (Exception? one = e; one is not null; one = one.InnerException)
        {
            if (one is T found)
            {
                return found;
            }
        }

        return null;
    }
}
