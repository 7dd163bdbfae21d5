/** Requests as the daemon's Go code writes them. */

/** Go's JSON escapes these for the sake of HTML. Outside of text, JSON has none of them. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/** One request line. The keys of `data` are sorted: it is a map in Go. */
export function requestLine(session: string, data: Readonly<Record<string, unknown>>): string {
  const filled = { type: "model", user_id: "stand-in-user", ...data };
  const message = {
    session_id: session,
    conversation_id: null,
    message_id: null,
    app_id: null,
    endpoint_id: null,
    context: null,
    event: "request",
    data: Object.fromEntries(Object.entries(filled).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
  return JSON.stringify(message).replaceAll(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
