/** What the workbench works with; there is one for each launch. */
import type { TypeOf } from "../check/model-listing.ts";
import type { ProbedProvider } from "../check/probe.ts";
import type { DemoEndpoint } from "../demo/server.ts";
import type { Connection, Form } from "./contract.ts";
import type { History } from "./history.ts";
import type { PluginHost } from "./plugin-host.ts";
import type { SecretStore } from "./secret-store.ts";

export interface Workshop {
  /** Its name, as in every request of Dify's. */
  readonly provider: string;
  readonly form: Form;
  readonly secrets: SecretStore;
  readonly demo: DemoEndpoint;
  /** The packaged plugin. */
  readonly host: PluginHost;
  readonly history: History;
  /** For the engine of `check`, which runs in this process. */
  readonly engine: ProbedProvider;
  readonly typeOf: TypeOf;
  /** What stands in the form. */
  connection: Connection;
}
