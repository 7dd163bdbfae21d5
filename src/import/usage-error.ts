/** The command was called in a way that makes no sense; nothing was tried. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
