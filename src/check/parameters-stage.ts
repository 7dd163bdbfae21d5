/** What a server does with parameters, stop words and a limit. */
import { parseJson } from "../endpoint/parse-json.ts";
import { withoutThoughts, type ChatAnswer, type Form, type Lab } from "./lab.ts";
import type { Observation } from "./observe.ts";
import { shortcoming } from "./problem.ts";
import type { StageDraft } from "./stage-draft.ts";

const PARAMETERS = {
  temperature: 0.2,
  top_p: 0.9,
  presence_penalty: 0.1,
  frequency_penalty: 0.1,
  seed: 7,
  max_tokens: 64,
};

export async function tryParameters(lab: Lab, draft: StageDraft): Promise<void> {
  const messages = [
    { role: "system", content: "You do exactly as told." },
    { role: "user", content: "Repeat exactly: 1 2 3 4 5 6 7 8 9" },
  ];
  const asked = await lab.chat(draft, { messages, parameters: PARAMETERS, stop: ["6"] });
  const { value } = asked;
  if (!value) {
    lab.tell(draft, asked, "Apps that set parameters, stop words or a system prompt fail.");
    return;
  }
  const sent = new Set(Object.keys((parseJson(String(asked.wire.at(-1)?.body)) as object | undefined) ?? {}));
  const dropped = Object.keys(PARAMETERS).filter((name) => name !== "max_tokens" && !sent.has(name));
  const refused = lab.settings.mode === "responses" ? [] : dropped;
  if (refused.length > 0) {
    const cause = `The server refuses ${refused.join(", ")}; the plugin leaves that out.`;
    const hint = "Nothing has to be changed; leave it empty in apps.";
    const limitation = `In apps, ${refused.join(", ")} has no effect.`;
    const [first] = asked.wire;
    draft.problem("warn", shortcoming(cause, { hint, limitation }), { ...(first && { wire: [first] }) });
  }
  if (/6/.test(withoutThoughts(value.text))) {
    const hint = "Do not rely on stop words with this model.";
    const limitation = "In apps, stop words have no effect.";
    draft.problem("warn", shortcoming("The answer goes on past a stop word.", { hint, limitation }));
  }
  // The plugin ends the text by itself where the server does not.
  draft.prove({ serverStops: !/6/.test(value.wire?.text ?? "") });
  if (sent.has("max_completion_tokens")) draft.prove({ tokenLimit: "max_completion_tokens" });
  await tryLimit(lab, draft);
  draft.pass(`${Object.keys(PARAMETERS).length - refused.length} of ${Object.keys(PARAMETERS).length} taken`);
}

const LIMIT = 32;

async function tryLimit(lab: Lab, draft: StageDraft): Promise<void> {
  const limited = await askLimited(lab, draft);
  // A limit that is too small for it is no fault of the server's.
  if (!limited.value) return;
  const written = limited.value.wire?.usage?.completion;
  draft.prove({ limit: LIMIT, written });
  if (!isPast(limited)) return;
  const about = { wire: limited.wire };
  const cause = `The model wrote ${written} tokens though ${LIMIT} were the limit.`;
  const limitation = "In apps, max tokens has no effect.";
  const sent = parseJson(String(limited.wire.at(-1)?.body)) as object | undefined;
  const other = sent && "max_tokens" in sent ? "max_completion_tokens" : "max_tokens";
  const again = await askLimited(lab, draft, { token_param_name: other });
  if (again.value && !isPast(again)) {
    const hint = `Set "Token limit parameter" to ${other}. Tried: the server keeps to it.`;
    const remedy = { field: "token_param_name", value: other, shown: other };
    draft.problem("warn", shortcoming(cause, { hint, limitation, ...remedy }), about);
  } else {
    const hint = `Limit it at the server. Tried: ${other} in place of it does not help.`;
    draft.problem("warn", shortcoming(cause, { hint, limitation }), about);
  }
}

function askLimited(lab: Lab, draft: StageDraft, form: Form = {}): Promise<Observation<ChatAnswer>> {
  const text = "Write the numbers from 1 to 200 as words.";
  return lab.chat(draft, { text, parameters: { max_tokens: LIMIT }, stream: false, form });
}

/** Servers count a few tokens more or less. */
function isPast({ value }: Observation<ChatAnswer>): boolean {
  return (value?.wire?.usage?.completion ?? 0) > 2 * LIMIT;
}
