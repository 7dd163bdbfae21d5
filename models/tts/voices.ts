/** Which voices there are: the form's, and those that the server lists. */
import { mayListVoices } from "../../src/endpoint/address.ts";
import { EndpointError } from "../../src/endpoint/endpoint-error.ts";
import { Learned } from "../../src/endpoint/learned.ts";
import type { Connection } from "../../provider/connection.ts";
import type { Voice } from "../../src/dify/replies.ts";
import type { Settings } from "../../provider/settings.ts";
import { readVoices } from "./voice-list.ts";

/** The voices OpenAI began with; most servers take these names. */
const OPENAI_VOICES = ["alloy", "echo", "fable", "onyx", "nova", "shimmer"];

/** A list of voices is not worth waiting for. */
const MAX_WAIT_MS = 3_000;

/** How long a server is not asked again that did not answer or failed: it may be starting. */
const FAILURE_LIFETIME_MS = 60_000;

type Asked = Promise<unknown>;

/** The answers of servers, by address, key and model. */
const asked = new Learned<Asked>();

/** The voices known without asking anyone, the default first. */
export function offlineVoices({ voices }: Settings): Voice[] {
  return (voices.length > 0 ? voices : OPENAI_VOICES).map(named);
}

/** All voices, the default first: the form's, then the server's. Never fails. */
export async function allVoices(connection: Connection): Promise<Voice[]> {
  const known = await knownVoices(connection);
  return known.length > 0 ? known : OPENAI_VOICES.map(named);
}

/**
 * The voice to speak with: the one asked for, or the default in place of one that does not exist. Without
 * any list, the server is to judge.
 */
export async function chooseVoice(wanted: string, connection: Connection): Promise<string> {
  const voice = wanted.trim();
  const own = connection.settings.voices;
  if (voice === "" && own[0] !== undefined) return own[0];
  if (own.includes(voice)) return voice;
  const known = (await knownVoices(connection)).map(({ value }) => value);
  if (voice !== "" && (known.length === 0 || isMixOf(voice, known))) return voice;
  const chosen = known[0] ?? OPENAI_VOICES[0] ?? "";
  if (voice !== "") connection.log(`voice "${voice}" is not known; "${chosen}" speaks instead`);
  return chosen;
}

/** A known voice, or Kokoro's mixes of them: `af_bella+af_sky`, `af_bella(2)+af_sky(1)`. */
function isMixOf(voice: string, known: readonly string[]): boolean {
  return (
    known.includes(voice) ||
    voice.split("+").every((one) => known.includes(one.replace(/\([\d.]+\)$/, "").trim()))
  );
}

async function knownVoices(connection: Connection): Promise<Voice[]> {
  const own = connection.settings.voices;
  const listed = readVoices(await serverList(connection), connection.model);
  return [...own.map(named), ...listed.filter(({ value }) => !own.includes(value))];
}

/** What the server answers when it is asked for its voices, once; undefined when it knows no such thing. */
function serverList(connection: Connection): Asked {
  const { address, settings, model, log } = connection;
  if (settings.tts_api_format !== "openai" || !mayListVoices(address)) return Promise.resolve(undefined);
  const subject = [settings.endpoint_url, settings.api_key, model].join("\n");
  const before = asked.about(subject);
  if (before) return before;
  const answer = connection
    .call({
      operation: "audio/voices",
      within: MAX_WAIT_MS,
      read: async (list) => (await list.document()).value,
    })
    .catch((error: unknown) => {
      if (!(error instanceof EndpointError)) throw error;
      log(`no voices are listed (${error.message})`);
      const { status = 0 } = error.facts;
      const final = status >= 200 && status < 500;
      if (!final) asked.remember(subject, Promise.resolve(undefined), FAILURE_LIFETIME_MS);
      return undefined;
    });
  asked.remember(subject, answer);
  return answer;
}

function named(voice: string): Voice {
  return { name: voice, value: voice };
}
