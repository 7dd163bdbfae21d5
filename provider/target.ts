import type { Credentials } from "../src/dify/requests.ts";

/** What names a server, and a model on it. */
export interface Target {
  model?: string;
  model_type?: string;
  credentials: Credentials;
}
