using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>Answers one request; an expected refusal is returned, and written in one place.</summary>
internal delegate Task<RegistryError?> OciHandler(HttpContext context, OciTarget target);

/// <summary>Which handler answers which method of which resource: the table of the specification ("Endpoints").</summary>
internal static partial class OciEndpoints
{
    public static void AddOci(this IServiceCollection services)
    {
        services.AddSingleton<DownloadRedirects>();
        services.AddSingleton<BlobEndpoints>();
        services.AddSingleton<UploadBeginEndpoint>();
        services.AddSingleton<UploadEndpoints>();
        services.AddSingleton<ManifestEndpoints>();
        services.AddSingleton<ManifestPushEndpoint>();
        services.AddSingleton<ListingEndpoints>();
    }

    public static void MapOci(this WebApplication app)
    {
        var blobs = app.Services.GetRequiredService<BlobEndpoints>();
        var begin = app.Services.GetRequiredService<UploadBeginEndpoint>();
        var uploads = app.Services.GetRequiredService<UploadEndpoints>();
        var manifests = app.Services.GetRequiredService<ManifestEndpoints>();
        var push = app.Services.GetRequiredService<ManifestPushEndpoint>();
        var listings = app.Services.GetRequiredService<ListingEndpoints>();

        Map(OciResource.Base, [HttpMethods.Get, HttpMethods.Head], BaseAsync);
        Map(OciResource.Catalog, [HttpMethods.Get, HttpMethods.Head], listings.CatalogAsync);
        Map(OciResource.Tags, [HttpMethods.Get, HttpMethods.Head], listings.TagsAsync);
        Map(OciResource.Referrers, [HttpMethods.Get, HttpMethods.Head], listings.ReferrersAsync);
        Map(OciResource.Blob, [HttpMethods.Get, HttpMethods.Head], blobs.PullAsync);
        Map(OciResource.Blob, [HttpMethods.Delete], blobs.DeleteAsync);
        Map(OciResource.Uploads, [HttpMethods.Post], begin.BeginAsync);
        Map(OciResource.Upload, [HttpMethods.Get, HttpMethods.Head], uploads.StatusAsync);
        Map(OciResource.Upload, [HttpMethods.Patch], uploads.AppendAsync);
        Map(OciResource.Upload, [HttpMethods.Put], uploads.SealAsync);
        Map(OciResource.Upload, [HttpMethods.Delete], uploads.CancelAsync);
        Map(OciResource.Manifest, [HttpMethods.Get, HttpMethods.Head], manifests.PullAsync);
        Map(OciResource.Manifest, [HttpMethods.Put], push.PushAsync);
        Map(OciResource.Manifest, [HttpMethods.Delete], manifests.DeleteAsync);

        void Map(OciResource resource, string[] methods, OciHandler handler) =>
            app.Map(OciRoute.PatternOf(resource), context => RunAsync(context, handler)).WithMetadata(new HttpMethodMetadata(methods));
    }

    private static async Task RunAsync(HttpContext context, OciHandler handler)
    {
        var target = context.Features.Get<OciTarget>() ?? throw new InvalidOperationException("An internal route was reached without its target.");
        if (await handler(context, target) is { } error)
        {
            if (error.Kind == ErrorKind.StorageFull)
            {
                // The client cannot mend it: an operator has to know.
                var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OciEndpoints));
                Refused(log, context.Request.Method, OciPath.Format(target), error.Message);
            }

            await ErrorResponse.WriteAsync(context, error);
        }
    }

    private static async Task<RegistryError?> BaseAsync(HttpContext context, OciTarget target)
    {
        await JsonBody.WriteAsync(context, MediaTypes.Json, new { });
        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} refused: {Reason}")]
    private static partial void Refused(ILogger log, string method, string path, string reason);
}
