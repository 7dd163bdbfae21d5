const HEARTBEAT = '{"event":"heartbeat","session_id":null,"data":{}}';

/** The daemon takes a plugin for dead after 120 s of silence, a debug connection after 60 s. */
const INTERVAL_MS = 10_000;

/**
 * Sends the first heartbeat at once, which is what makes the daemon call the plugin ready, and then one
 * every 10 s. Does not keep the process alive. Returns a function that stops it.
 */
export function startHeartbeat(send: (line: string) => void): () => void {
  send(HEARTBEAT);
  const timer = setInterval(() => send(HEARTBEAT), INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
