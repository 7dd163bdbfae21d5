/** A report as Markdown, for an issue or a note of what worked when. */
import type { Report, ServerReport, StageResult } from "../../check/report.ts";

export function markdown({ tool, started, servers }: Report): string {
  return [`${tool.name} ${tool.version}, ${started}`, ...servers.map(server)].join("\n\n").concat("\n");
}

function server({ url, verdict, limitations, stages, forms }: ServerReport): string {
  const models = stages.some(({ model }) => model !== undefined);
  return [
    `## ${escape(url)}: ${verdict}`,
    ...(limitations.length > 0 ? [limitations.map((text) => `* ${escape(text)}`).join("\n")] : []),
    [
      models ? "| Stage | Model | Verdict | Time | |" : "| Stage | Verdict | Time | |",
      models ? "|---|---|---|---|---|" : "|---|---|---|---|",
      ...stages.map((result) => row(result, models)),
    ].join("\n"),
    ...stages.flatMap(details),
    ...forms.map(({ fields, accepted }) =>
      [
        accepted ? "| Form field | Value |" : "| Form field (not accepted as it stands) | Value |",
        "|---|---|",
        ...fields.map(({ label, shown }) => `| ${escape(label)} | ${escape(shown)} |`),
      ].join("\n"),
    ),
  ].join("\n\n");
}

function row({ title, model, verdict, summary, milliseconds }: StageResult, models: boolean): string {
  const cells = [title, ...(models ? [model ?? ""] : []), verdict, `${milliseconds} ms`, summary];
  return `| ${cells.map(escape).join(" | ")} |`;
}

function details({ title, model, problems }: StageResult): string[] {
  return problems.map(({ cause, hint, label, shown, said, curl }) =>
    [
      `**${escape([title, model].filter(Boolean).join(", "))}**: ${escape([cause, hint].filter(Boolean).join(" "))}`,
      ...(label === undefined
        ? []
        : [`Form: ${escape(label)}${shown === undefined ? "" : ` = ${escape(shown)}`}`]),
      ...(said === undefined ? [] : [`The server said: ${escape(said)}`]),
      ...(curl === undefined ? [] : [`~~~sh\n${curl.replaceAll("~~~", "~ ~ ~")}\n~~~`]),
    ].join("\n\n"),
  );
}

/** What a server said must not become markup, a mention or a link. */
function escape(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`)
    .replaceAll("@", "@\u200b");
}
