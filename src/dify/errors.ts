/**
 * The error classes Dify knows by name.
 *
 * Dify reads only `error_type` and `message`. The six classes below reach a person as plain text; any
 * other name is shown as JSON that asks to contact the plugin's author, `args` included. Load balancing
 * cools a credential down for 60 s after `InvokeRateLimitError` and for 10 s after
 * `InvokeAuthorizationError` and `InvokeConnectionError`.
 */

export type ErrorType =
  | "InvokeAuthorizationError"
  | "InvokeRateLimitError"
  | "InvokeBadRequestError"
  | "InvokeServerUnavailableError"
  | "InvokeConnectionError"
  | "CredentialsValidateFailedError"
  | "PluginLLMPollingUnsupportedError";

const BRAND = Symbol.for("dify.DifyError");

/** A failure that Dify shows to a person: `message` is read verbatim, so it holds no secret. */
export class DifyError extends Error {
  override readonly name = "DifyError";
  readonly [BRAND] = true;
  readonly type: ErrorType;

  /** Also one of another copy of this class: a plugin may be bundled apart from what runs it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }

  constructor(type: ErrorType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }
}
