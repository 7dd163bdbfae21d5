/** What went wrong between this command and Dify, as facts; and the sentence for each. */

export type ConsoleFailure =
  /** No answer: name, route, connection, time. */
  | "unreachable"
  /** The address leads elsewhere. No login is sent after it. */
  | "redirected"
  /** A page, or another program's answer. */
  | "not-dify"
  | "not-set-up"
  | "login-refused"
  | "login-locked"
  | "no-workspace"
  | "no-admin"
  | "too-old"
  | "no-plugin"
  | "several-plugins"
  /** Dify answered with an error of its own. */
  | "refused";

export interface ConsoleFacts {
  readonly address: string;
  readonly status?: number;
  /** Dify's own words, or the system's name for a network failure. */
  readonly words?: string;
}

export class ConsoleError extends Error {
  override readonly name = "ConsoleError";
  readonly kind: ConsoleFailure;
  readonly facts: ConsoleFacts;

  constructor(kind: ConsoleFailure, facts: ConsoleFacts, options?: ErrorOptions) {
    super(SENTENCES[kind](facts), options);
    this.kind = kind;
    this.facts = facts;
  }
}

const SENTENCES: Readonly<Record<ConsoleFailure, (facts: ConsoleFacts) => string>> = {
  unreachable: ({ address, words }) =>
    `Dify cannot be reached at ${address} (${words}): check DIFY_URL, and whether Dify runs.`,
  redirected: ({ address, words }) =>
    `${address} leads to ${words}: set DIFY_URL to the address Dify really has. The login was not sent there.`,
  "not-dify": ({ address, status }) =>
    `${address} is not Dify's console API (status ${status}): set DIFY_URL to the address of Dify's console in the browser, without a path.`,
  "not-set-up": ({ address }) => `Dify at ${address} has no admin yet: open it in a browser first.`,
  "login-refused": ({ words }) => `Dify refused the login: ${words} Check DIFY_EMAIL and DIFY_PASSWORD.`,
  "login-locked": ({ words }) => `Dify refused the login: ${words}`,
  "no-workspace": ({ words }) => `The account has no workspace: ${words}`,
  "no-admin": ({ words }) =>
    `The account's role in the workspace is "${words}", but only its owner and admins may add models.`,
  "too-old": ({ words }) =>
    `This Dify (${words}) tells about its models in another way than 1.12, which this command was made for.`,
  "no-plugin": ({ words }) =>
    `The workspace has no model provider ${words}: install the plugin first (npm run package, then Plugins > Install plugin > Local package file).`,
  "several-plugins": ({ words }) =>
    `The workspace has several of these plugins (${words}): choose one with --provider.`,
  // 400 is how it passes the plugin's words on.
  refused: ({ status, words }) => (status === 400 ? `${words}` : `${words} (${status} from Dify)`),
};
