/** What apps ask of embedding, rerank and speech models; nothing of it keeps Dify from saving the form. */
import { fileTypeFromBuffer } from "file-type";
import type { SpeechChunk } from "../dify/replies.ts";
import { parseJson } from "../endpoint/parse-json.ts";
import type { Extra } from "./chat-stages.ts";
import { into, type Lab } from "./lab.ts";
import { observe } from "./observe.ts";
import { labelOf, shortcoming } from "./problem.ts";
import { RANKING, TEXTS, tone, words } from "./samples.ts";
import type { StageDraft } from "./stage-draft.ts";
import type { StageId } from "./stages.ts";

export const OTHER_STAGES: Partial<Record<StageId, Extra>> = {
  embeddings: tryEmbeddings,
  rerank: tryRerank,
  speech2text: tryTranscription,
  tts: trySpeech,
  moderation: (_lab, draft) => draft.pass("a harmless text passes"),
};

/** Longer than every usual model reads: they read 512 or 8,192 tokens. */
const OVER_LONG = 9_000;

async function tryEmbeddings(lab: Lab, draft: StageDraft): Promise<void> {
  const batch = await embed(lab, draft, TEXTS);
  if (batch.value) await tellVectors(batch.value, lab, draft);
  else lab.tell(draft, batch, "Imports into a knowledge base fail: they send many texts at once.");
  await tryOverLong(lab, draft);
  if (lab.settings.encoding_format === undefined) {
    const base64 = await embed(lab, draft, ["ping"], { encoding_format: "base64" });
    draft.prove({ base64: base64.value !== undefined });
  }
}

async function tryOverLong(lab: Lab, draft: StageDraft): Promise<void> {
  const text = words(OVER_LONG);
  const long = await embed(lab, draft, [text]);
  draft.prove({ overLong: long.value ? "taken" : "refused" });
  if (long.value) return;
  const limitation = "Imports with chunks longer than the model reads fail.";
  const size = long.timedOut ? undefined : await sizeThatHelps(lab, draft, text);
  if (size === undefined) {
    lab.tell(draft, long, limitation);
    return;
  }
  const hint = `Set "Context size" to ${size}: longer texts are then cut. Tried: it works.`;
  const remedy = { field: "context_size", label: labelOf("context_size"), value: size, shown: size };
  draft.problem("warn", { ...lab.problem(long, limitation), hint, ...remedy }, { wire: long.wire });
}

/** The largest of the usual sizes with which a text is cut so that the server takes it. */
async function sizeThatHelps(lab: Lab, draft: StageDraft, text: string): Promise<string | undefined> {
  if (lab.settings.context_size !== undefined || !lab.settings.truncate_input) return undefined;
  for (const size of USUAL_SIZES) {
    // Each is tried only when the one before it was too large.
    // oxlint-disable-next-line no-await-in-loop
    const cut = await embed(lab, draft, [text], { context_size: size });
    if (cut.value) return size;
  }
  return undefined;
}

const USUAL_SIZES = ["8192", "2048", "512"] as const;

async function embed(lab: Lab, draft: StageDraft, texts: readonly string[], form = {}) {
  const request = lab.request("invoke_text_embedding", { texts, input_type: "document" }, form);
  const { models, limits } = lab.options;
  const asked = await observe(limits, async (context) => {
    const { embeddings } = await models["text-embedding"].invoke(request, context);
    return parseJson(Buffer.concat(embeddings).toString()) as number[][];
  });
  draft.spent(asked);
  return asked;
}

type Vectors = readonly (readonly number[])[];

async function tellVectors(vectors: Vectors, lab: Lab, draft: StageDraft): Promise<void> {
  const [first = [], other = []] = vectors;
  const norm = Math.sqrt(dot(first, first));
  draft.prove({ dimensions: first.length, norm, alike: likeness(vectors), different: cosine(first, other) });
  const limitation = "Knowledge retrieval finds the wrong passages.";
  if (!isSettled(vectors)) {
    const cause = "The same text has two different vectors, or they are not in the order of the texts.";
    const { wire } = draft;
    const about = { wire: [...wire] };
    const single = await embed(lab, draft, TEXTS, { max_chunks: "1" });
    const helps = single.value !== undefined && isSettled(single.value);
    const remedy = helps
      ? {
          hint: 'Set "Texts per request" to 1. Tried: it works.',
          field: "max_chunks",
          value: "1",
          shown: "1",
        }
      : { hint: "Check the model at the server. Tried: sending one text at a time does not help." };
    draft.problem("warn", shortcoming(cause, { ...remedy, limitation }), about);
  } else if (cosine(first, other) > 0.9999) {
    const hint = "Check the model at the server: is it made for embedding?";
    draft.problem("warn", shortcoming("Different texts have the same vector.", { hint, limitation }));
  }
  draft.pass(`${first.length} dimensions, length ${norm.toFixed(2)}`);
}

/** Of the text that stands there twice. */
function likeness([first = [], , again = []]: Vectors): number {
  return cosine(first, again);
}

function isSettled(vectors: Vectors): boolean {
  return likeness(vectors) >= 0.98;
}

function cosine(a: readonly number[], b: readonly number[]): number {
  return dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

async function tryRerank(lab: Lab, draft: StageDraft): Promise<void> {
  const { query, docs, best } = RANKING;
  const request = lab.request("invoke_rerank", { query, docs, top_n: 2 });
  const { models, limits } = lab.options;
  const asked = await observe(limits, (context) => models.rerank.invoke(request, context));
  draft.spent(asked);
  if (!asked.value) {
    lab.tell(draft, asked, "Rerank in knowledge retrieval fails.");
    return;
  }
  const found = asked.value.docs;
  const scores = found.map(({ score }) => score);
  draft.prove({ highest: Math.max(...scores), lowest: Math.min(...scores), returned: found.length });
  draft.prove({ path: new URL(asked.wire.at(-1)?.url ?? "http://-").pathname });
  if (found[0]?.index !== best) {
    const cause = `To "${query}", another passage than "${docs[best]}" came first.`;
    const hint = "Check that it is a rerank model, and for the language of your texts.";
    draft.problem(
      "warn",
      shortcoming(cause, { hint, limitation: "Rerank makes retrieval worse, not better." }),
    );
  }
  draft.pass(
    `at ${String(draft.evidence["path"])}, scores ${scores.map((score) => score.toFixed(3)).join(" > ")}`,
  );
}

async function tryTranscription(lab: Lab, draft: StageDraft): Promise<void> {
  const language = lab.settings.language === "" ? { language: "en" } : {};
  const request = lab.request("invoke_speech2text", { file: tone().toString("hex") }, language);
  const { models, limits } = lab.options;
  const asked = await observe(limits, (context) => models.speech2text.invoke(request, context));
  draft.spent(asked);
  const { wire } = draft;
  const sentAs = wire[0]?.headers["content-type"]?.split(";")[0];
  draft.prove({ sentAs, answeredAs: wire[0]?.answerHeaders["content-type"], heard: asked.value });
  if (asked.value === undefined)
    lab.tell(draft, asked, "Recordings fail once a language is set in the form.");
  draft.pass(`taken as ${sentAs ?? "nothing"}; of a tone it hears "${draft.quote(asked.value ?? "")}"`);
}

async function trySpeech(lab: Lab, draft: StageDraft): Promise<void> {
  const { models, limits, subject } = lab.options;
  const voices = await observe(limits, (context) =>
    models.tts.voices(lab.request("get_tts_model_voices", { language: "" }), context),
  );
  draft.spent(voices);
  const names = voices.value?.map(({ value }) => value) ?? [];
  const data = { content_text: "This is a test of the voice.", voice: names[0] ?? "", tenant_id: "check" };
  const pieces: SpeechChunk[] = [];
  let firstPiece: number | undefined;
  const started = performance.now();
  const heard = into(pieces, () => (firstPiece ??= performance.now() - started));
  const spoken = await observe(limits, (context) =>
    models.tts.invoke(lab.request("invoke_tts", data), heard, context),
  );
  draft.spent(spoken);
  if ("failure" in spoken) {
    lab.tell(draft, spoken, `The voice "${names[0] ?? ""}" of ${subject.model} cannot be heard.`);
    return;
  }
  const audio = Buffer.from(pieces.map(({ result }) => result).join(""), "hex");
  const format = await fileTypeFromBuffer(audio);
  draft.prove({ bytes: audio.length, format: format?.mime, firstPiece, pieces: pieces.length });
  draft.prove({ voices: names.length, named: names.slice(0, 10).join(", ") });
  if (!format?.mime.startsWith("audio/")) {
    const cause = "What came is no audio of a kind that is known.";
    const hint = 'Choose an "Audio format" that the server writes, such as wav, and check the model there.';
    const limitation = "Browsers cannot play what Dify gets.";
    draft.problem("warn", shortcoming(cause, { hint, limitation, field: "audio_type" }));
  }
  draft.pass(
    `${format?.mime ?? "unknown"}, first piece after ${Math.ceil(firstPiece ?? 0)} ms, ${names.length} voices`,
  );
}
