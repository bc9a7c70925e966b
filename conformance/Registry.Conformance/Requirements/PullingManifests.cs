using System.Net;
using System.Text;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Pulling manifests".</summary>
public sealed class PullingManifests(RegistryUnderTest registry)
{
    private const string Section = "Pulling manifests";

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, Section, "GET of an existing manifest by tag answers 200 and the manifest.")]
    public async Task Get_by_tag_answers_the_manifest()
    {
        var manifest = await repository.PushImageAsync("v1");
        (await repository.PullAsync("v1")).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
    }

    [Requirement(Level.Must, Section, "GET of an existing manifest by digest answers 200 and the manifest.")]
    public async Task Get_by_digest_answers_the_manifest()
    {
        var manifest = await repository.PushImageAsync();
        (await repository.PullAsync(manifest.Digest)).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
    }

    [Requirement(Level.Must, Section, "A successful GET says the manifest's digest in Docker-Content-Digest.")]
    public async Task Get_says_the_digest()
    {
        var manifest = await repository.PushImageAsync("v1");
        (await repository.PullAsync("v1")).Expect(HttpStatusCode.OK).ExpectHeader("Docker-Content-Digest", manifest.Digest);
    }

    [Requirement(Level.Should, Section, "Content-Type is the one that the manifest was pushed with.")]
    public async Task Content_type_is_the_pushed_one()
    {
        var image = await repository.PushImageAsync("image");
        await repository.PushManifestAsync(Blob.Of(Manifests.Index(image)), "index", MediaTypes.Index);
        (await repository.PullAsync("image")).Expect(HttpStatusCode.OK).ExpectHeader("Content-Type", MediaTypes.Manifest);
        (await repository.PullAsync("index")).Expect(HttpStatusCode.OK).ExpectHeader("Content-Type", MediaTypes.Index);
    }

    [Requirement(Level.Should, Section, "Content-Type has no parameters.")]
    public async Task Content_type_has_no_parameters()
    {
        await repository.PushImageAsync("v1");
        var answer = (await repository.PullAsync("v1")).Expect(HttpStatusCode.OK);
        if (answer.Header("Content-Type") is not { } type || type.Contains(';', StringComparison.Ordinal))
        {
            throw answer.Unexpected("a Content-Type without parameters");
        }
    }

    [Requirement(Level.Must, Section, "GET of a tag that is not there answers 404.")]
    public async Task Unknown_tag_is_404()
    {
        await repository.PushImageAsync("v1");
        (await repository.PullAsync("v2")).Expect(HttpStatusCode.NotFound);
    }

    [Requirement(Level.Must, Section, "GET of a manifest's digest that is not there answers 404.")]
    public async Task Unknown_digest_is_404()
    {
        await repository.PushImageAsync("v1");
        (await repository.PullAsync(Blob.Random().Digest)).Expect(HttpStatusCode.NotFound);
    }

    [Requirement(Level.Must, Section, "A manifest of another repository answers 404.")]
    public async Task Manifest_of_another_repository_is_404()
    {
        var manifest = await registry.NewRepository().PushImageAsync();
        await repository.PushImageAsync("v1");
        (await repository.PullAsync(manifest.Digest)).Expect(HttpStatusCode.NotFound);
    }

    [Requirement(Level.Must, Section, "Names match the grammar: components with '.', '_', '__' and any number of '-' inside, separated by '/'.")]
    public async Task Every_name_of_the_grammar_works()
    {
        var name = $"{repository.Name}/a.b_c__d---e/0";
        await new Repository(registry, name).PushImageAsync("v1");
    }

    [Requirement(Level.Must, Section, "A name outside of the grammar is refused.")]
    public async Task Names_outside_of_the_grammar_are_refused()
    {
        foreach (var last in new[] { "Upper", "-a", "a-", "a..b", "a___b" })
        {
            var answer = await new Repository(registry, $"{repository.Name}/{last}").BeginAsync();
            answer.Expect(HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
        }
    }

    [Requirement(Level.Must, Section, "A tag has up to 128 characters of A-Z, a-z, 0-9, '_', '.' and '-'.")]
    public async Task Tag_of_128_characters_works()
    {
        var tag = "_Az09.-" + new string('x', 121);
        var manifest = await repository.PushImageAsync(tag);
        (await repository.PullAsync(tag)).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
    }

    [Requirement(Level.Must, Section, "A tag of more than 128 characters, or of others, is refused.")]
    public async Task Tags_outside_of_the_grammar_are_refused()
    {
        var config = await repository.PushBlobAsync(Blob.Random());
        var manifest = Encoding.UTF8.GetBytes(Manifests.Image(config).ToString());
        foreach (var tag in new[] { new string('x', 129), ".a", "-a", "a+b", "a@b" })
        {
            (await repository.PutManifestAsync(tag, manifest)).Expect(HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
        }
    }
}
