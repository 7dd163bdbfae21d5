/**
 * Pure functions that are asked the same thing by every call: what they made before is given again, and must
 * not be changed.
 */

/** Computed once for each object, and forgotten with it. */
export function oncePer<K extends object, V>(compute: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, { value: V }>();
  return (of) => {
    const found = known.get(of);
    if (found) return found.value;
    const value = compute(of);
    known.set(of, { value });
    return value;
  };
}

const MAX_TEXTS = 200;

/** Computed once for each of the last texts; what it throws is not kept. */
export function oncePerText<V>(compute: (of: string) => V): (of: string) => V {
  const known = new Map<string, { value: V }>();
  return (of) => {
    const found = known.get(of);
    if (found) return found.value;
    const value = compute(of);
    known.set(of, { value });
    const [oldest = ""] = known.keys();
    if (known.size > MAX_TEXTS) known.delete(oldest);
    return value;
  };
}
