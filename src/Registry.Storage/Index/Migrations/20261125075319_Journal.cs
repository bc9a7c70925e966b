using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Registry.Storage.Index.Migrations
{
    /// <inheritdoc />
    public partial class Journal : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "journal_claims",
                columns: table => new
                {
                    Number = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_journal_claims", x => x.Number);
                });

            migrationBuilder.CreateTable(
                name: "journal_position",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Lineage = table.Column<string>(type: "TEXT", nullable: false),
                    Number = table.Column<long>(type: "INTEGER", nullable: false),
                    Term = table.Column<long>(type: "INTEGER", nullable: false),
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    IsWriter = table.Column<bool>(type: "INTEGER", nullable: false),
                    IsReleased = table.Column<bool>(type: "INTEGER", nullable: false),
                    PromisedUntil = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_journal_position", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "pending",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Changes = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pending", x => x.Sequence);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "journal_claims");

            migrationBuilder.DropTable(
                name: "journal_position");

            migrationBuilder.DropTable(
                name: "pending");
        }
    }
}
