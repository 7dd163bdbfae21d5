/** Whether a model takes the files that apps may show it, and what it says of them. */
import { EndpointError, type FailureKind } from "../endpoint/endpoint-error.ts";
import type { Settings } from "../../provider/settings.ts";
import { shownValue } from "./choices.ts";
import { withoutThoughts, type Lab } from "./lab.ts";
import { endpointErrorIn, labelOf } from "./problem.ts";
import { pdf, RED_SQUARE, tone } from "./samples.ts";
import type { StageDraft } from "./stage-draft.ts";

interface Medium {
  readonly name: string;
  /** The form's switch. */
  readonly field: "vision_support" | "audio_support" | "document_support";
  /** Whether Dify passes it on with this form. */
  readonly passes: (settings: Settings) => boolean;
  readonly part: () => object;
  readonly question: string;
  readonly seen: (text: string) => string;
}

/** A video that every server can read is too large to carry along. */
const MEDIA: readonly Medium[] = [
  {
    name: "image",
    field: "vision_support",
    passes: ({ vision_support }) => vision_support !== false,
    part: () => ({ type: "image", base64_data: RED_SQUARE, mime_type: "image/png", format: "png" }),
    question: "Which colour is this? One word.",
    // Many servers take images that their model never sees.
    seen: (text) =>
      `an image was ${/\bred\b|红/i.test(text) ? "seen" : "taken"}; of a red square the model says`,
  },
  {
    name: "audio",
    field: "audio_support",
    passes: ({ audio_support }) => audio_support === true,
    part: () => ({
      type: "audio",
      base64_data: tone().toString("base64"),
      mime_type: "audio/wav",
      format: "wav",
    }),
    question: "What do you hear? One word.",
    seen: () => "audio was taken; of a tone the model says",
  },
  {
    name: "document",
    field: "document_support",
    passes: ({ document_support }) => document_support === true,
    part: () => ({
      type: "document",
      base64_data: pdf("Oslo").toString("base64"),
      mime_type: "application/pdf",
      format: "pdf",
      filename: "city.pdf",
    }),
    question: "Which city stands in this document? One word.",
    seen: (text) => `a document was ${/oslo/i.test(text) ? "read" : "taken"}; of "Oslo" in it the model says`,
  },
];

/** How many of them the form lets through. */
export function mediaOf(settings: Settings): number {
  return settings.mode === "completion" ? 0 : MEDIA.filter(({ passes }) => passes(settings)).length;
}

export async function tryFiles(lab: Lab, draft: StageDraft): Promise<void> {
  const media = lab.settings.mode === "completion" ? [] : MEDIA.filter(({ passes }) => passes(lab.settings));
  if (media.length === 0) draft.skip("the form leaves files out");
  // One after the other, as all stages.
  // oxlint-disable-next-line no-await-in-loop
  for (const medium of media) await tryMedium(medium, lab, draft);
}

async function tryMedium(
  { name, field, part, question, seen }: Medium,
  lab: Lab,
  draft: StageDraft,
): Promise<void> {
  const asked = await lab.chat(draft, {
    messages: [{ role: "user", content: [{ type: "text", data: question }, part()] }],
    parameters: { max_tokens: 32 },
  });
  if (asked.value) {
    const text = withoutThoughts(asked.value.text);
    draft.prove({ [name]: text });
    draft.pass(`${seen(text)} "${draft.quote(text)}"`);
    return;
  }
  const limitation = `Apps that show this model ${PLURALS[name]} fail.`;
  // Words alone were answered before: what is refused now is the file.
  const error = endpointErrorIn(asked.failure);
  if (!error || asked.timedOut || !REFUSALS.has(error.kind)) {
    lab.tell(draft, asked, limitation);
    return;
  }
  const withImages = name === "image" ? ({ withImages: true } as const) : {};
  const failure = new EndpointError(error.kind, { ...error.facts, ...withImages });
  const problem = lab.problem({ failure }, limitation);
  const off = { field, label: labelOf(field), value: "no_support", shown: shownValue(field, "no_support") };
  if (problem.field === field) {
    draft.problem("unsupported", problem, { summary: `${PLURALS[name]} are refused` });
    return;
  }
  const hint = `If the model takes none, set "${labelOf(field)}" to Off. ${problem.hint}`;
  draft.problem("warn", { ...problem, ...(problem.field === undefined && off), hint });
}

const PLURALS: Readonly<Record<string, string>> = {
  image: "images",
  audio: "recordings",
  document: "documents",
};

/** What a server may answer to a file it cannot take; anything else is about the way there. */
const REFUSALS: ReadonlySet<FailureKind> = new Set([
  "not-supported",
  "parameter-refused",
  "bad-request",
  "server-error",
]);
