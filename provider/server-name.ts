/** Which server a form's address leads to, as far as its name tells. */
import { readAddress } from "../src/endpoint/address.ts";
import { oncePerText } from "../src/endpoint/once-per.ts";

export interface ServerName {
  /** Empty when the address is none: a schema must always be told. */
  readonly hostname: string;
  readonly port: string;
}

export const serverName = oncePerText((pasted): ServerName => {
  try {
    const { hostname, port } = new URL(readAddress(pasted).base);
    return { hostname, port };
  } catch {
    return { hostname: "", port: "" };
  }
});

/** Whether the server's host is one of them, or below it. */
export function isOneOf({ hostname }: ServerName, hosts: readonly string[]): boolean {
  return hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}
