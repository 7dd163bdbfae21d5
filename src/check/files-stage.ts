/** Whether a model sees images. */
import { EndpointError, type FailureKind } from "../endpoint/endpoint-error.ts";
import { withoutThoughts, type Lab } from "./lab.ts";
import { endpointErrorIn, labelOf } from "./problem.ts";
import { RED_SQUARE } from "./samples.ts";
import type { StageDraft } from "./stage-draft.ts";

export async function tryFiles(lab: Lab, draft: StageDraft): Promise<void> {
  const { vision_support, mode } = lab.settings;
  if (vision_support === false || mode === "completion") {
    draft.skip("the form leaves images out");
    return;
  }
  const image = { type: "image", base64_data: RED_SQUARE, mime_type: "image/png", format: "png" };
  const question = { type: "text", data: "Which colour is this? One word." };
  const asked = await lab.chat(draft, {
    messages: [{ role: "user", content: [question, image] }],
    parameters: { max_tokens: 32 },
  });
  if (asked.value) {
    const text = withoutThoughts(asked.value.text);
    draft.prove({ image: text });
    // Many servers take images that their model never sees.
    const seen = /\bred\b|红/i.test(text) ? "an image was seen" : "an image was taken";
    draft.pass(`${seen}; of a red square the model says "${draft.quote(text)}"`);
    return;
  }
  const limitation = "Apps that show images to this model fail.";
  // Words alone were answered before: what is refused now is the image.
  const error = endpointErrorIn(asked.failure);
  const failure = error && new EndpointError(error.kind, { ...error.facts, withImages: true });
  if (!failure || asked.timedOut || !REFUSALS.has(failure.kind)) {
    lab.tell(draft, asked, limitation);
    return;
  }
  const problem = lab.problem({ failure }, limitation);
  if (problem.diagnosis === "no-images") {
    draft.problem("unsupported", problem, { summary: "images are refused" });
    return;
  }
  const hint = `If the model cannot see, set "Image input" to Off. ${problem.hint}`;
  draft.problem("warn", { ...problem, ...(problem.field === undefined && IMAGES_OFF), hint });
}

/** What a server may answer to an image it cannot take; anything else is about the way there. */
const REFUSALS: ReadonlySet<FailureKind> = new Set([
  "not-supported",
  "parameter-refused",
  "bad-request",
  "server-error",
]);

const IMAGES_OFF = {
  field: "vision_support",
  label: labelOf("vision_support"),
  value: "no_support",
  shown: "Off",
};
