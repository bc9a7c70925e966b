using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Registry.Storage.Index.Migrations
{
    /// <inheritdoc />
    public partial class Retention : Migration
    {
        private const string Sizes = """
            UPDATE manifests SET Size = (
                WITH RECURSIVE whole(Id) AS (SELECT manifests.Id UNION SELECT e.ChildId FROM child_edges e JOIN whole ON e.ParentId = whole.Id)
                SELECT (SELECT SUM(LENGTH(m.Body)) FROM manifests m WHERE m.Id IN (SELECT Id FROM whole))
                    + COALESCE((SELECT SUM(b.Size) FROM blobs b WHERE b.Id IN (SELECT e.BlobId FROM blob_edges e WHERE e.ManifestId IN (SELECT Id FROM whole))), 0));
            """;

        private const string TotalsSoFar = """
            UPDATE totals SET Blobs = (SELECT COUNT(*) FROM blobs), BlobBytes = (SELECT COALESCE(SUM(Size), 0) FROM blobs),
                CondemnedBytes = (SELECT COALESCE(SUM(Size), 0) FROM condemned), UploadBytes = (SELECT COALESCE(SUM(Received), 0) FROM upload_sessions);
            """;

        private static readonly string[] TotalsTriggers =
        [
            "CREATE TRIGGER blobs_added AFTER INSERT ON blobs BEGIN UPDATE totals SET Blobs = Blobs + 1, BlobBytes = BlobBytes + NEW.Size; END;",
            "CREATE TRIGGER blobs_removed AFTER DELETE ON blobs BEGIN UPDATE totals SET Blobs = Blobs - 1, BlobBytes = BlobBytes - OLD.Size; END;",
            "CREATE TRIGGER blobs_changed AFTER UPDATE OF Size ON blobs BEGIN UPDATE totals SET BlobBytes = BlobBytes + NEW.Size - OLD.Size; END;",
            "CREATE TRIGGER condemned_added AFTER INSERT ON condemned BEGIN UPDATE totals SET CondemnedBytes = CondemnedBytes + NEW.Size; END;",
            "CREATE TRIGGER condemned_removed AFTER DELETE ON condemned BEGIN UPDATE totals SET CondemnedBytes = CondemnedBytes - OLD.Size; END;",
            "CREATE TRIGGER condemned_changed AFTER UPDATE OF Size ON condemned BEGIN UPDATE totals SET CondemnedBytes = CondemnedBytes + NEW.Size - OLD.Size; END;",
            "CREATE TRIGGER upload_sessions_added AFTER INSERT ON upload_sessions BEGIN UPDATE totals SET UploadBytes = UploadBytes + NEW.Received; END;",
            "CREATE TRIGGER upload_sessions_removed AFTER DELETE ON upload_sessions BEGIN UPDATE totals SET UploadBytes = UploadBytes - OLD.Received; END;",
            "CREATE TRIGGER upload_sessions_changed AFTER UPDATE OF Received ON upload_sessions BEGIN UPDATE totals SET UploadBytes = UploadBytes + NEW.Received - OLD.Received; END;",
        ];

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_condemned_StorageKey",
                table: "condemned");

            migrationBuilder.AddColumn<long>(
                name: "CondemnedBytes",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "CondemnedObjects",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "Missing",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "Repositories",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "Unnamed",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "PlanId",
                table: "receipts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Result",
                table: "receipts",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Rule",
                table: "receipts",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Platform",
                table: "manifests",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Size",
                table: "manifests",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "RunId",
                table: "condemned",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "compared",
                columns: table => new
                {
                    Prefix = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_compared", x => x.Prefix);
                });

            migrationBuilder.CreateTable(
                name: "plans",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PolicyId = table.Column<long>(type: "INTEGER", nullable: true),
                    MadeAt = table.Column<long>(type: "INTEGER", nullable: false),
                    MadeBy = table.Column<string>(type: "TEXT", nullable: false),
                    RunId = table.Column<long>(type: "INTEGER", nullable: true),
                    Tags = table.Column<long>(type: "INTEGER", nullable: false),
                    Manifests = table.Column<long>(type: "INTEGER", nullable: false),
                    Blobs = table.Column<long>(type: "INTEGER", nullable: false),
                    ManifestBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    BlobBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    NamedBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    BudgetBytes = table.Column<long>(type: "INTEGER", nullable: true),
                    StillOverBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    AppliedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    AppliedBy = table.Column<string>(type: "TEXT", nullable: true),
                    RemovedTags = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_plans", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "policies",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Text = table.Column<string>(type: "TEXT", nullable: false),
                    SetAt = table.Column<long>(type: "INTEGER", nullable: false),
                    SetBy = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_policies", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "pulls",
                columns: table => new
                {
                    RepositoryId = table.Column<long>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Tag = table.Column<string>(type: "TEXT", nullable: false),
                    Digest = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pulls", x => new { x.RepositoryId, x.Day, x.Tag, x.Digest });
                });

            migrationBuilder.CreateTable(
                name: "storage_samples",
                columns: table => new
                {
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    StoredBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    NamedBytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_storage_samples", x => x.At);
                });

            migrationBuilder.CreateTable(
                name: "totals",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Blobs = table.Column<long>(type: "INTEGER", nullable: false),
                    BlobBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    CondemnedBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    UploadBytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_totals", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "planned_manifests",
                columns: table => new
                {
                    PlanId = table.Column<long>(type: "INTEGER", nullable: false),
                    ManifestId = table.Column<long>(type: "INTEGER", nullable: false),
                    Repository = table.Column<string>(type: "TEXT", nullable: false),
                    Digest = table.Column<string>(type: "TEXT", nullable: false),
                    PushedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastPulledAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Size = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_planned_manifests", x => new { x.PlanId, x.ManifestId });
                    table.ForeignKey(
                        name: "FK_planned_manifests_plans_PlanId",
                        column: x => x.PlanId,
                        principalTable: "plans",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "planned_tags",
                columns: table => new
                {
                    PlanId = table.Column<long>(type: "INTEGER", nullable: false),
                    TagId = table.Column<long>(type: "INTEGER", nullable: false),
                    RepositoryId = table.Column<long>(type: "INTEGER", nullable: false),
                    Repository = table.Column<string>(type: "TEXT", nullable: false),
                    Tag = table.Column<string>(type: "TEXT", nullable: false),
                    ManifestId = table.Column<long>(type: "INTEGER", nullable: false),
                    Digest = table.Column<string>(type: "TEXT", nullable: false),
                    PushedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastPulledAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    Rule = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    Outcome = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_planned_tags", x => new { x.PlanId, x.TagId });
                    table.ForeignKey(
                        name: "FK_planned_tags_plans_PlanId",
                        column: x => x.PlanId,
                        principalTable: "plans",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.InsertData(
                table: "totals",
                columns: new[] { "Id", "BlobBytes", "Blobs", "CondemnedBytes", "UploadBytes" },
                values: new object[] { 1, 0L, 0L, 0L, 0L });

            migrationBuilder.CreateIndex(
                name: "IX_tag_history_To",
                table: "tag_history",
                column: "To",
                filter: "\"To\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_plans_MadeAt",
                table: "plans",
                column: "MadeAt");

            migrationBuilder.CreateIndex(
                name: "IX_pulls_Day",
                table: "pulls",
                column: "Day");

            migrationBuilder.Sql(Sizes);
            migrationBuilder.Sql(TotalsSoFar);
            foreach (var trigger in TotalsTriggers)
            {
                migrationBuilder.Sql(trigger);
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var table in new[] { "blobs", "condemned", "upload_sessions" })
            {
                migrationBuilder.Sql($"DROP TRIGGER {table}_added; DROP TRIGGER {table}_removed; DROP TRIGGER {table}_changed;");
            }

            migrationBuilder.DropTable(
                name: "compared");

            migrationBuilder.DropTable(
                name: "planned_manifests");

            migrationBuilder.DropTable(
                name: "planned_tags");

            migrationBuilder.DropTable(
                name: "policies");

            migrationBuilder.DropTable(
                name: "pulls");

            migrationBuilder.DropTable(
                name: "storage_samples");

            migrationBuilder.DropTable(
                name: "totals");

            migrationBuilder.DropTable(
                name: "plans");

            migrationBuilder.DropIndex(
                name: "IX_tag_history_To",
                table: "tag_history");

            migrationBuilder.DropColumn(
                name: "CondemnedBytes",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "CondemnedObjects",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Missing",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Repositories",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Unnamed",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "PlanId",
                table: "receipts");

            migrationBuilder.DropColumn(
                name: "Result",
                table: "receipts");

            migrationBuilder.DropColumn(
                name: "Rule",
                table: "receipts");

            migrationBuilder.DropColumn(
                name: "Platform",
                table: "manifests");

            migrationBuilder.DropColumn(
                name: "Size",
                table: "manifests");

            migrationBuilder.DropColumn(
                name: "RunId",
                table: "condemned");

            migrationBuilder.CreateIndex(
                name: "IX_condemned_StorageKey",
                table: "condemned",
                column: "StorageKey",
                unique: true);
        }
    }
}
