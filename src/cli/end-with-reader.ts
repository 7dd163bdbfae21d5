/** What a shell shows for a program whose reader has gone: 128 and SIGPIPE. */
const READER_GONE = 141;

/** Ends the process, quietly, when nobody reads its output any more, as in `check URL | head`. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(READER_GONE);
  });
}
