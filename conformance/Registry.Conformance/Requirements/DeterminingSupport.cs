using System.Net;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Determining Support".</summary>
public sealed class DeterminingSupport(RegistryUnderTest registry)
{
    [Requirement(Level.Must, "Determining Support", "GET /v2/ answers 200 where the specification is implemented.")]
    public async Task Base_answers_200() => (await registry.SendAsync(HttpMethod.Get, "/v2/")).Expect(HttpStatusCode.OK);
}
