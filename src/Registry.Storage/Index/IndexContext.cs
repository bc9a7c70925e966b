using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Registry.Storage.Index;

/// <summary>The index: what exists, under which digest, tag and key. Text compares byte by byte (SQLite's BINARY).</summary>
public sealed class IndexContext(DbContextOptions<IndexContext> options) : DbContext(options)
{
    public DbSet<RepositoryRow> Repositories => Set<RepositoryRow>();

    public DbSet<BlobRow> Blobs => Set<BlobRow>();

    public DbSet<LinkRow> Links => Set<LinkRow>();

    public DbSet<ManifestRow> Manifests => Set<ManifestRow>();

    public DbSet<BlobEdgeRow> BlobEdges => Set<BlobEdgeRow>();

    public DbSet<ChildEdgeRow> ChildEdges => Set<ChildEdgeRow>();

    public DbSet<TagRow> Tags => Set<TagRow>();

    public DbSet<TagHistoryRow> TagHistory => Set<TagHistoryRow>();

    public DbSet<UploadSessionRow> UploadSessions => Set<UploadSessionRow>();

    public DbSet<CondemnedRow> Condemned => Set<CondemnedRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RepositoryRow>(e =>
        {
            e.ToTable("repositories");
            e.HasIndex(r => r.Name).IsUnique();
        });
        modelBuilder.Entity<BlobRow>(e =>
        {
            e.ToTable("blobs");
            e.HasIndex(b => b.Digest).IsUnique();
            e.HasIndex(b => b.StorageKey).IsUnique();
        });
        modelBuilder.Entity<LinkRow>(e =>
        {
            e.ToTable("links");
            e.HasKey(l => new { l.RepositoryId, l.BlobId });
            e.HasOne<RepositoryRow>().WithMany().HasForeignKey(l => l.RepositoryId).OnDelete(DeleteBehavior.Restrict);
            // Restrict: a blob row with a link cannot be condemned, whatever the code does.
            e.HasOne(l => l.Blob).WithMany().HasForeignKey(l => l.BlobId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(l => l.KeptUntil).HasFilter("KeptUntil IS NOT NULL");
        });
        modelBuilder.Entity<ManifestRow>(e =>
        {
            e.ToTable("manifests");
            e.HasOne<RepositoryRow>().WithMany().HasForeignKey(m => m.RepositoryId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(m => new { m.RepositoryId, m.Digest }).IsUnique();
            e.HasIndex(m => new { m.RepositoryId, m.Subject }).HasFilter("Subject IS NOT NULL");
            e.HasIndex(m => m.UnreferencedSince).HasFilter("UnreferencedSince IS NOT NULL");
        });
        modelBuilder.Entity<BlobEdgeRow>(e =>
        {
            e.ToTable("blob_edges");
            e.HasKey(x => new { x.ManifestId, x.BlobId });
            e.HasOne<ManifestRow>().WithMany().HasForeignKey(x => x.ManifestId).OnDelete(DeleteBehavior.Cascade);
            // Restrict: a link that a manifest needs cannot be swept, whatever the code does.
            e.HasOne<LinkRow>().WithMany().HasForeignKey(x => new { x.RepositoryId, x.BlobId }).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<ChildEdgeRow>(e =>
        {
            e.ToTable("child_edges");
            e.HasKey(x => new { x.ParentId, x.ChildId });
            e.HasOne<ManifestRow>().WithMany().HasForeignKey(x => x.ParentId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<ManifestRow>().WithMany().HasForeignKey(x => x.ChildId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<TagRow>(e =>
        {
            e.ToTable("tags");
            e.HasOne<RepositoryRow>().WithMany().HasForeignKey(t => t.RepositoryId).OnDelete(DeleteBehavior.Restrict);
            e.HasOne<ManifestRow>().WithMany().HasForeignKey(t => t.ManifestId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(t => new { t.RepositoryId, t.Name }).IsUnique();
        });
        modelBuilder.Entity<TagHistoryRow>(e =>
        {
            e.ToTable("tag_history");
            e.HasIndex(h => new { h.RepositoryId, h.Tag, h.From });
            // A tag has one open line however long its history is.
            e.HasIndex(h => new { h.RepositoryId, h.Tag }).HasFilter("\"To\" IS NULL");
        });
        modelBuilder.Entity<UploadSessionRow>(e =>
        {
            e.ToTable("upload_sessions");
            e.HasOne<RepositoryRow>().WithMany().HasForeignKey(s => s.RepositoryId).OnDelete(DeleteBehavior.Restrict);
            e.HasIndex(s => s.StorageKey).IsUnique();
            e.HasIndex(s => s.ExpiresAt);
        });
        modelBuilder.Entity<CondemnedRow>(e =>
        {
            e.ToTable("condemned");
            e.HasIndex(c => c.StorageKey).IsUnique();
            e.HasIndex(c => c.DeleteAfter);
        });
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
