/** The first stages: from the address to the list of models. */
import { connect } from "../../provider/connection.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import { readSettings, type Settings } from "../../provider/settings.ts";
import { InvalidAddress, readAddress, requestUrl } from "../endpoint/address.ts";
import type { EndpointError } from "../endpoint/endpoint-error.ts";
import { transportFailure } from "../endpoint/http.ts";
import { maskUrl } from "../endpoint/secrets.ts";
import { curlTo, tellingFor } from "./curl.ts";
import { modelListing, type ListedModel, type TypeOf } from "./model-listing.ts";
import { proxyFor, walk, type NetworkPath } from "./network-path.ts";
import { observe, type Limits, type Observation } from "./observe.ts";
import { OPERATIONS } from "./operation-of.ts";
import { complaintProblem, endpointErrorIn, problemOf, shortcoming } from "./problem.ts";
import type { Problem } from "./report.ts";
import { StageDraft } from "./stage-draft.ts";
import type { StageId } from "./stages.ts";

export interface ServerTask {
  readonly form: Readonly<Record<string, string>>;
  readonly limits: Limits;
  /** Models were named: what the list says is not decisive. */
  readonly named: readonly string[];
  /** Whether to ask without the key, too. */
  readonly probeAuth: boolean;
  readonly keyVariable?: string | undefined;
  readonly typeOf: TypeOf;
}

export interface ServerFindings {
  readonly drafts: Readonly<Partial<Record<StageId, StageDraft>>>;
  /** Why no model can be tried; absent when they can. */
  readonly obstacle?: string;
  /** Undefined where the server tells none. */
  readonly models?: readonly ListedModel[];
}

/** Days before a certificate's end that are worth a word. */
const SOON_DAYS = 14;

export async function checkServer(task: ServerTask): Promise<ServerFindings> {
  const drafts: Partial<Record<StageId, StageDraft>> = {};
  const telling = tellingFor(readSettings(task.form).settings, task.keyVariable);
  const draft = (id: StageId): StageDraft => (drafts[id] ??= new StageDraft(id, undefined, telling));
  const blocked = (obstacle: string): ServerFindings => ({ drafts, obstacle });

  const settings = readForm(task.form, draft("url"));
  if (!settings) return blocked("the form cannot be used");
  if (!(await reach(task, settings, draft("network")))) return blocked("the server cannot be reached");

  const asked = await askForModels(task, settings, task.form);
  tellHttp(asked, settings, draft("http"));
  if (asked.wire.at(-1)?.status === undefined) return blocked("no HTTP answer came");
  await tellKey(asked, task, settings, draft("auth"));
  tellModels(asked, task, settings, draft("models"));
  const models = asked.value;
  if (task.named.length === 0 && !models?.length) return { ...blocked("no model is known"), drafts };
  return { drafts, ...(models && { models }) };
}

function readForm(form: ServerTask["form"], draft: StageDraft): Settings | undefined {
  const { settings, complaints } = readSettings(form);
  for (const complaint of complaints) draft.problem("fail", complaintProblem(complaint));
  try {
    const address = readAddress(settings.endpoint_url);
    draft.prove({ base: maskUrl(address.base) });
    for (const [type, operation] of Object.entries(OPERATIONS))
      draft.prove({ [type]: maskUrl(requestUrl(address, operation, "MODEL")) });
    draft.pass(maskUrl(address.base));
  } catch (error) {
    if (!(error instanceof InvalidAddress)) throw error;
    draft.problem("fail", problemOf(error, { settings }));
  }
  return draft.problems.length === 0 ? settings : undefined;
}

async function reach(task: ServerTask, settings: Settings, draft: StageDraft): Promise<boolean> {
  const { base } = readAddress(settings.endpoint_url);
  const proxy = proxyFor(base, settings);
  if (proxy !== undefined) {
    draft.prove({ proxy: maskUrl(proxy.includes("://") ? proxy : `http://${proxy}`) });
    draft.pass("a proxy stands between: it looks the name up, and connects");
    return true;
  }
  const walked = await observe(task.limits, ({ signal }) => walk(base, settings, signal));
  draft.spent(walked);
  if (!walked.value) {
    const failure = transportFailure(walked.failure, { method: "CONNECT", url: maskUrl(base) }, false);
    const problem = problemOf(failure, { settings, timedOut: walked.timedOut });
    const told = problem.diagnosis === "connection-refused-local" ? nothingHere(base) : problem;
    draft.problem(walked.timedOut ? "timeout" : "fail", { ...told, curl: curlTo(base, settings) });
    return false;
  }
  tellPath(walked.value, draft, curlTo(base, settings));
  return true;
}

/** It is not Dify's plugin daemon that looked, and `localhost` is this machine. */
function nothingHere(base: string): Problem {
  const cause = `Nothing listens at ${new URL(base).origin}, seen from this machine.`;
  const hint = `Start the server, or correct host and port in ${fieldLabel("endpoint_url")}.`;
  return { ...shortcoming(cause, { hint, field: "endpoint_url" }), diagnosis: "connection-refused" };
}

function tellPath(
  { addresses, nameTook, connectTook, tlsTook, certificate }: NetworkPath,
  draft: StageDraft,
  curl: string,
) {
  draft.prove({ addresses: addresses.join(", "), nameTook, connectTook, tlsTook });
  const steps = [`${addresses[0]}`, `connected in ${Math.ceil(connectTook)} ms`];
  if (tlsTook !== undefined) steps.push(`TLS in ${Math.ceil(tlsTook)} ms`);
  if (certificate) {
    const { subject, issuer, expires } = certificate;
    const until = expires.toISOString().slice(0, 10);
    draft.prove({ subject, issuer, expires: until });
    steps.push(`certificate of ${issuer} until ${until}`);
    const days = (expires.getTime() - Date.now()) / 86_400_000;
    if (days < SOON_DAYS) {
      const ending = shortcoming(`The certificate ends on ${until}.`, { hint: "Renew it at the server." });
      draft.problem("warn", { ...ending, curl });
    }
  }
  draft.pass(steps.join(", "));
}

/** One harmless GET, of which three stages read. */
function askForModels(
  { limits, typeOf }: ServerTask,
  settings: Settings,
  form: ServerTask["form"],
): Promise<Observation<readonly ListedModel[]>> {
  return observe(limits, (context) =>
    connect({ credentials: form }, { ...settings, fallback_url: undefined }, context).call({
      operation: "models",
      read: (answer) => answer.read(modelListing(typeOf)),
    }),
  );
}

function tellHttp(asked: Observation<unknown>, settings: Settings, draft: StageDraft): void {
  draft.spent(asked);
  const answered = asked.wire.at(-1);
  if (answered?.status === undefined) {
    const { timedOut, failure } = asked;
    draft.problem(timedOut ? "timeout" : "fail", problemOf(failure, { settings, timedOut }));
    return;
  }
  const { status, answerHeaders } = answered;
  const server = answerHeaders["server"];
  draft.prove({ status, server, contentType: answerHeaders["content-type"] });
  draft.pass(
    `${status}${server === undefined ? "" : ` from ${server}`} in ${Math.ceil(answered.headAfter ?? 0)} ms`,
  );
}

const KEY_FAILURES: ReadonlySet<EndpointError["kind"]> = new Set(["bad-key", "no-permission"]);

async function tellKey(
  asked: Observation<unknown>,
  task: ServerTask,
  settings: Settings,
  draft: StageDraft,
): Promise<void> {
  const error = endpointErrorIn(asked.failure);
  const { length: keys } = settings.api_key;
  const sent = keys === 0 ? "no key sent" : keys === 1 ? "the key was sent" : "one of the keys was sent";
  draft.prove({ keys });
  if (error && KEY_FAILURES.has(error.kind)) {
    // Whether a model may be used, the model itself says.
    const verdict = task.named.length > 0 ? "warn" : "fail";
    draft.problem(verdict, problemOf(error, { settings }), { wire: asked.wire });
    return;
  }
  if (!asked.value) {
    draft.pass(`${sent}; whether it is right, the models will say`);
    return;
  }
  if (!task.probeAuth || keys === 0) {
    draft.pass(`${sent}, and not refused`);
    return;
  }
  const { api_key: _key, ...keyless } = task.form;
  const without = await askForModels(task, { ...settings, api_key: [] }, keyless);
  draft.spent(without);
  const status = without.wire.at(-1)?.status;
  draft.prove({ withoutKey: status });
  const kind = endpointErrorIn(without.failure)?.kind;
  // Some servers fail over a key that is missing in place of refusing.
  const failed = `not given without the key (${status ?? "no answer"}), given with it`;
  const refused = kind && KEY_FAILURES.has(kind) ? "refused without the key, given with it" : failed;
  draft.pass(without.value ? "the list is given without a key as well" : refused);
}

const NAME_ONE = "name a model with --model.";

/** What keeps the server from listing its models keeps it from answering them as well. */
const NOT_OF_THE_LIST: ReadonlySet<EndpointError["kind"] | undefined> = new Set(["bad-key", "web-page"]);

function tellModels(
  { value, failure, timedOut, wire }: Observation<readonly ListedModel[]>,
  task: ServerTask,
  settings: Settings,
  draft: StageDraft,
): void {
  const decisive = task.named.length === 0;
  if (!value) {
    const limitation = "Dify cannot name the server's models when a model's name is wrong.";
    const problem = problemOf(failure, { settings, limitation, timedOut });
    const kind = endpointErrorIn(failure)?.kind;
    const verdict = decisive ? "fail" : kind === "path-unknown" ? "unsupported" : "warn";
    const helps = decisive && !NOT_OF_THE_LIST.has(kind);
    const hint = helps ? `${problem.hint} If the server has no such list, ${NAME_ONE}` : problem.hint;
    draft.problem(timedOut ? "timeout" : verdict, { ...problem, hint }, { wire });
    return;
  }
  const ids = value.map(({ id }) => id);
  draft.prove({ count: ids.length, first: ids.slice(0, 10).join(", ") });
  if (ids.length === 0 && decisive) {
    const hint = `Load one at the server, or ${NAME_ONE}`;
    draft.problem("fail", shortcoming("The server lists no models.", { hint }), { wire });
    return;
  }
  draft.pass(`${ids.length}: ${ids.slice(0, 6).join(", ")}${ids.length > 6 ? ", ..." : ""}`);
  const missing = task.named.filter((wanted) => !ids.includes(wanted)).map((name) => `"${name}"`);
  if (missing.length === 0) return;
  const cause = `The list does not hold ${missing.join(", ")}.`;
  const hint = "Check the name, though some servers do not list all they have; the model itself will say.";
  draft.problem("warn", shortcoming(cause, { hint }), { wire });
}
