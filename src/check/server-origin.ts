import { readAddress } from "../endpoint/address.ts";

/** Scheme, host and port that an address leads to; undefined when it is none. */
export function serverOrigin(pasted: string): string | undefined {
  try {
    return new URL(readAddress(pasted).base).origin;
  } catch {
    return undefined;
  }
}
