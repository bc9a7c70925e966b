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

    public DbSet<PinRow> Pins => Set<PinRow>();

    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<ReceiptRow> Receipts => Set<ReceiptRow>();

    public DbSet<PolicyRow> Policies => Set<PolicyRow>();

    public DbSet<PlanRow> Plans => Set<PlanRow>();

    public DbSet<PlannedTagRow> PlannedTags => Set<PlannedTagRow>();

    public DbSet<PlannedManifestRow> PlannedManifests => Set<PlannedManifestRow>();

    public DbSet<PullRow> Pulls => Set<PullRow>();

    public DbSet<StorageSampleRow> StorageSamples => Set<StorageSampleRow>();

    public DbSet<TotalsRow> Totals => Set<TotalsRow>();

    public DbSet<ComparedRow> Compared => Set<ComparedRow>();

    public DbSet<JournalPositionRow> JournalPosition => Set<JournalPositionRow>();

    public DbSet<JournalClaimRow> JournalClaims => Set<JournalClaimRow>();

    public DbSet<PendingChangeRow> Pending => Set<PendingChangeRow>();

    public DbSet<CheckRow> Checks => Set<CheckRow>();

    public DbSet<FindingRow> Findings => Set<FindingRow>();

    public DbSet<MoveRow> Moves => Set<MoveRow>();

    public DbSet<StoreRow> Stores => Set<StoreRow>();

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
            e.HasIndex(b => b.Finding).HasFilter("Finding IS NOT NULL");
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
            // What the sweep looks at: manifests with an end, soonest first.
            e.HasIndex(m => m.KeptUntil).HasFilter("KeptUntil IS NOT NULL");
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
            e.HasIndex(h => h.To).HasFilter("\"To\" IS NOT NULL");
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
            // None by storage key: keys are random, and the sweep would write a page of it for each object, twice.
            e.ToTable("condemned");
            e.HasIndex(c => c.DeleteAfter);
        });
        modelBuilder.Entity<PinRow>(e =>
        {
            e.ToTable("pins");
            e.HasKey(p => new { p.Host, p.Digest });
            e.HasIndex(p => new { p.Digest, p.ExpiresAt });
            e.HasIndex(p => p.ExpiresAt);
        });
        OnRecordsCreating(modelBuilder);
        OnRetentionCreating(modelBuilder);
        OnChecksCreating(modelBuilder);
        modelBuilder.Entity<JournalPositionRow>(e =>
        {
            e.ToTable("journal_position");
            e.Property(p => p.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<JournalClaimRow>(e =>
        {
            e.ToTable("journal_claims");
            e.HasKey(c => c.Number);
            e.Property(c => c.Number).ValueGeneratedNever();
        });
        modelBuilder.Entity<PendingChangeRow>(e =>
        {
            e.ToTable("pending");
            e.HasKey(p => p.Sequence);
            e.Property(p => p.Sequence).ValueGeneratedNever();
        });
    }

    private static void OnRecordsCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RunRow>().ToTable("runs");
        modelBuilder.Entity<ReceiptRow>(e =>
        {
            e.ToTable("receipts");
            e.HasIndex(r => r.At);
            e.HasIndex(r => r.RunId);
        });
        modelBuilder.Entity<PullRow>(e =>
        {
            e.ToTable("pulls");
            e.HasKey(p => new { p.RepositoryId, p.Day, p.Tag, p.Digest });
            e.HasIndex(p => p.Day);
        });
        modelBuilder.Entity<StorageSampleRow>(e =>
        {
            e.ToTable("storage_samples");
            e.HasKey(s => s.At);
        });
        modelBuilder.Entity<TotalsRow>(e =>
        {
            e.ToTable("totals");
            e.Property(t => t.Id).ValueGeneratedNever();
            e.Ignore(t => t.StoredBytes);
            e.HasData(new TotalsRow { Id = TotalsRow.TheOne });
        });
        modelBuilder.Entity<ComparedRow>(e =>
        {
            e.ToTable("compared");
            e.HasKey(c => c.Prefix);
        });
    }

    private static void OnRetentionCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PolicyRow>().ToTable("policies");
        modelBuilder.Entity<PlanRow>(e =>
        {
            e.ToTable("plans");
            e.HasIndex(p => p.MadeAt);
        });
        modelBuilder.Entity<PlannedTagRow>(e =>
        {
            e.ToTable("planned_tags");
            e.HasKey(t => new { t.PlanId, t.TagId });
            e.HasOne<PlanRow>().WithMany().HasForeignKey(t => t.PlanId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<PlannedManifestRow>(e =>
        {
            e.ToTable("planned_manifests");
            e.HasKey(m => new { m.PlanId, m.ManifestId });
            e.HasOne<PlanRow>().WithMany().HasForeignKey(m => m.PlanId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void OnChecksCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<CheckRow>(e =>
        {
            e.ToTable("checks");
            e.HasIndex(c => c.EndedAt);
        });
        modelBuilder.Entity<FindingRow>(e =>
        {
            e.ToTable("findings");
            e.HasIndex(f => new { f.CheckId, f.Kind, f.Repository, f.Name }).IsUnique();
        });
        modelBuilder.Entity<MoveRow>().ToTable("moves");
        modelBuilder.Entity<StoreRow>(e =>
        {
            e.ToTable("stores");
            e.HasKey(s => s.Name);
        });
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
