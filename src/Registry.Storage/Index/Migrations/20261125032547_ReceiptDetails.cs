using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Registry.Storage.Index.Migrations
{
    /// <inheritdoc />
    public partial class ReceiptDetails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "PlanId",
                table: "receipts");

            migrationBuilder.DropColumn(
                name: "Result",
                table: "receipts");

            migrationBuilder.DropColumn(
                name: "Rule",
                table: "receipts");
        }
    }
}
