/** Listens to a signal that a thousand calls share: its own listeners are looked through one by one. */

type Listener = () => void;

const listeners = new WeakMap<AbortSignal, Set<Listener>>();

/** Called once at most; at once, when the signal is aborted already. The function returned takes it back. */
export function onAbort(signal: AbortSignal, listener: Listener): () => void {
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  const all = listeners.get(signal) ?? listenTo(signal);
  all.add(listener);
  return () => all.delete(listener);
}

function listenTo(signal: AbortSignal): Set<Listener> {
  const all = new Set<Listener>();
  listeners.set(signal, all);
  signal.addEventListener("abort", () => {
    for (const listener of all) listener();
  });
  return all;
}
