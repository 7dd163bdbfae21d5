/** What a check will take, before anything is asked. */
import { readSettings, type Settings } from "../../provider/settings.ts";
import type { CheckOptions } from "./check.ts";
import { mediaOf } from "./files-stage.ts";
import { MODEL_TYPES, stage, stagesOf, type ModelType } from "./stages.ts";
import { TEXTS } from "./samples.ts";

/** The most it takes when nothing is refused or wrong: what is, is asked again in another way. */
export interface Cost {
  readonly requests: number;
  /** Tokens, about: vocabularies differ. */
  readonly written: number;
  readonly read: number;
}

/** Of every type that may be there, where no models are named. */
export function costOf({ form, models, types, wanted, repeat, probeAuth }: CheckOptions): Cost {
  const { settings } = readSettings(form);
  const of = (type: ModelType): Cost => costOfModel(type, settings, wanted);
  const only = types.length === 1 ? types[0] : undefined;
  const named = models.map(({ type = only }) => (type ? of(type) : MODEL_TYPES.map(of).reduce(most)));
  const listed = (types.length > 0 ? types : MODEL_TYPES).map(of);
  const each = (models.length > 0 ? named : listed).reduce(sum, NOTHING);
  // The list of models is asked for in any case; it tells how the server takes the key.
  const ofServer = probeAuth && settings.api_key.length > 0 ? 2 : 1;
  return {
    requests: ofServer + each.requests * repeat,
    written: each.written * repeat,
    read: each.read * repeat,
  };
}

const NOTHING: Cost = { requests: 0, written: 0, read: 0 };

function sum(one: Cost, other: Cost): Cost {
  return {
    requests: one.requests + other.requests,
    written: one.written + other.written,
    read: one.read + other.read,
  };
}

/** Of a model whose type nobody told. */
function most(one: Cost, other: Cost): Cost {
  return {
    requests: Math.max(one.requests, other.requests),
    written: Math.max(one.written, other.written),
    read: Math.max(one.read, other.read),
  };
}

function costOfModel(type: ModelType, settings: Settings, wanted: CheckOptions["wanted"]): Cost {
  const stages = stagesOf(type).filter(wanted).map(stage);
  if (stages.length === 0) return NOTHING;
  const others = otherKeys(settings);
  // A stage of files counts one; the form may let more kinds through.
  const files = type === "llm" && wanted("files") ? Math.max(0, mediaOf(settings) - 1) : 0;
  const extra = {
    requests: others + batches(type, settings) + files,
    written: 16 * others + 32 * files,
    read: 20 * others + 300 * files,
  };
  return stages.reduce(sum, extra);
}

/** Every further key, and every key of the fallback, is asked once. */
function otherKeys({ api_key, fallback_url, fallback_api_key }: Settings): number {
  const further = Math.max(0, api_key.length - 1);
  return further + (fallback_url ? Math.max(1, fallback_api_key.length) : 0);
}

/** Requests more, where the form lets few texts into one: two texts for saving, then those of the stage. */
function batches(type: ModelType, { max_chunks }: Settings): number {
  if (type !== "text-embedding") return 0;
  return Math.ceil(2 / max_chunks) - 1 + (Math.ceil(TEXTS.length / max_chunks) - 1);
}
