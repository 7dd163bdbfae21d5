/** A refusal the way OpenAI's API words it: an HTTP status and an `error` object. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: 400 | 401 | 404 | 500;
  /** The request field at fault, when there is one. */
  readonly param: string | null;
  readonly code: string | null;

  constructor(
    status: ApiError["status"],
    message: string,
    details: { param?: string | null; code?: string | null } = {},
  ) {
    super(message);
    this.status = status;
    this.param = details.param ?? null;
    this.code = details.code ?? null;
  }
}

export function errorBody(error: ApiError): object {
  const type = error.status === 500 ? "server_error" : "invalid_request_error";
  return { error: { message: error.message, type, param: error.param, code: error.code } };
}
