import type { Link } from "../stand-in-daemon/link.ts";
import type { Upstream } from "../upstream/upstream.ts";
import type { launchers } from "./launchers.ts";

export const TRANSPORTS = ["stdio", "tcp", "http", "lambda"] as const;
export type TransportName = (typeof TRANSPORTS)[number];

export interface Stage {
  /** Shared by the scenarios of one transport: leave it alive. */
  link: Link;
  transport: TransportName;
  /** Starts plugins for a scenario's own use. */
  launch: typeof launchers;
  /** A server that computes its answers. */
  demo: string;
  /** A server that answers what a scenario tells it to. */
  upstream: Upstream;
}

export interface Scenario {
  name: string;
  /** Ids of requirements it shows. */
  covers: readonly string[];
  /** Where it applies; everywhere when left out. */
  on?: readonly TransportName[];
  run(stage: Stage): Promise<void>;
}

export const API_KEY = "sk-conformance-secret";

export function target(model_type: string, model: string, endpoint_url: string) {
  const credentials = { endpoint_url, api_key: API_KEY };
  return { provider: "openai_compatible", model, model_type, credentials };
}
