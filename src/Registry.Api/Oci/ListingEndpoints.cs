using System.Globalization;
using Registry.Api.Auth;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>Tags, catalog and referrers (specification, end-8 and end-12), all paged with <c>n</c>, <c>last</c> and <c>Link</c>.</summary>
internal sealed class ListingEndpoints(Listings listings, IAccess access)
{
    public const int MaxPage = 10_000;
    private const int MaxReferrers = 200;

    public async Task<RegistryError?> TagsAsync(HttpContext context, OciTarget target)
    {
        if (!ReadCount(context.Request, MaxPage).Succeeded(out var count, out var error)
            || !listings.Tags(target.Name, ReadLast(context.Request), count).Succeeded(out var page, out error))
        {
            return error;
        }

        WriteLink(context.Response, target, page.Next, [("n", count.ToString(CultureInfo.InvariantCulture))]);
        await JsonBody.WriteAsync(context, MediaTypes.Json, new { name = target.Name.ToString(), tags = page.Items });
        return null;
    }

    public async Task<RegistryError?> CatalogAsync(HttpContext context, OciTarget target)
    {
        if (!ReadCount(context.Request, MaxPage).Succeeded(out var count, out var error))
        {
            return error;
        }

        var page = listings.Catalog(ReadLast(context.Request), count, name => access.MayRead(context, name));
        WriteLink(context.Response, target, page.Next, [("n", count.ToString(CultureInfo.InvariantCulture))]);
        await JsonBody.WriteAsync(context, MediaTypes.Json, new { repositories = page.Items });
        return null;
    }

    public async Task<RegistryError?> ReferrersAsync(HttpContext context, OciTarget target)
    {
        if (!Digest.TryParse(target.Item, out var subject))
        {
            return DigestHeaders.Invalid(target.Item);
        }

        if (!ReadCount(context.Request, MaxReferrers).Succeeded(out var count, out var error))
        {
            return error;
        }

        var artifactType = context.Request.Query["artifactType"].ToString();
        var after = long.TryParse(ReadLast(context.Request), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;
        var page = listings.Referrers(target.Name, subject, artifactType.Length == 0 ? null : artifactType, after, count);
        if (artifactType.Length > 0)
        {
            context.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        }

        WriteLink(context.Response, target, page.Next, [("n", count.ToString(CultureInfo.InvariantCulture)), ("artifactType", artifactType)]);
        await JsonBody.WriteAsync(context, MediaTypes.OciIndex, ReferrersIndex.Of(page.Items));
        return null;
    }

    /// <summary>Errors: PageSizeInvalid.</summary>
    private static Outcome<int> ReadCount(HttpRequest request, int max)
    {
        var text = request.Query["n"].ToString();
        if (text.Length == 0)
        {
            return max;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? Math.Min(count, max)
            : new RegistryError(ErrorKind.PageSizeInvalid, "'n' is how many entries one page has: a number from 0 on.", new { n = text });
    }

    private static string? ReadLast(HttpRequest request) => request.Query["last"].ToString() is { Length: > 0 } last ? last : null;

    /// <summary>The address of the next page (RFC 5988), if there is one.</summary>
    private static void WriteLink(HttpResponse response, OciTarget target, string? next, IEnumerable<(string Name, string Value)> parameters)
    {
        if (next is null)
        {
            return;
        }

        var query = parameters.Append((Name: "last", Value: next)).Where(p => p.Value.Length > 0).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}");
        response.Headers.Link = $"<{OciPath.Format(target)}?{string.Join('&', query)}>; rel=\"next\"";
    }
}
