using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Registry.Storage.Index.Migrations
{
    /// <inheritdoc />
    public partial class CondemnedWithoutKeyIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_condemned_StorageKey",
                table: "condemned");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_condemned_StorageKey",
                table: "condemned",
                column: "StorageKey",
                unique: true);
        }
    }
}
