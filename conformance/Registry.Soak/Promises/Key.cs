namespace Registry.Soak.Promises;

/// <summary>What a promise is about: a digest in a repository.</summary>
internal readonly record struct Key(string Repository, string Digest);
