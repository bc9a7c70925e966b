using System.CommandLine;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary><c>retention explain</c>: why something is kept, or when it goes.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var reference = new Argument<string>("reference") { Description = "team/app:latest, or team/app@sha256:…" };
        var command = new Command("explain", "Why a tag or a manifest is kept, by what path and until when; or when it goes, and what that frees.") { reference };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var explanation = await client.GetAsync<ExplanationView>($"/explain?reference={Uri.EscapeDataString(parsed.GetValue(reference)!)}", cancellationToken);
            if (!Output.WriteJson(parsed, explanation))
            {
                foreach (var sentence in explanation.Words)
                {
                    Output.Say(sentence);
                }
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
