/** Hands on what comes in a stream once a frame, so that a fast stream costs no more than a slow one. */

/** @param hand gets what has come since the last time, never nothing */
export function perFrame<T>(hand: (batch: readonly T[]) => void): { push(item: T): void; flush(): void } {
  let batch: T[] = [];
  let scheduled = false;
  const flush = (): void => {
    scheduled = false;
    if (batch.length === 0) return;
    const full = batch;
    batch = [];
    hand(full);
  };
  return {
    push(item) {
      batch.push(item);
      if (scheduled) return;
      scheduled = true;
      // A hidden page has no frames.
      if (document.hidden) setTimeout(flush, 100);
      else requestAnimationFrame(flush);
    },
    flush,
  };
}
