import { readPort } from "./port.ts";

/** Where the daemon's debug port is, and the key Dify shows beside it. */
export interface DebugAddress {
  host: string;
  port: number;
  key: string;
}

/** The variables of a debug connection are missing or make no sense; the message names them. */
export class DebugAddressError extends Error {
  override readonly name = "DebugAddressError";
}

const DEFAULT_PORT = 5003;

/**
 * Reads `REMOTE_INSTALL_URL` (`host:port`), or else `REMOTE_INSTALL_HOST` and `REMOTE_INSTALL_PORT`, and
 * `REMOTE_INSTALL_KEY`.
 */
export function readDebugAddress(env: Readonly<Record<string, string | undefined>>): DebugAddress {
  const key = env["REMOTE_INSTALL_KEY"]?.trim();
  if (!key)
    throw new DebugAddressError("REMOTE_INSTALL_KEY is missing: Dify shows it under Plugins > Debug.");
  const address = env["REMOTE_INSTALL_URL"]?.trim();
  if (address) return { ...splitAddress(address), key };
  const host = env["REMOTE_INSTALL_HOST"]?.trim();
  if (!host)
    throw new DebugAddressError("REMOTE_INSTALL_URL is missing: Dify shows it under Plugins > Debug.");
  const wanted = env["REMOTE_INSTALL_PORT"]?.trim() || String(DEFAULT_PORT);
  const port = readPort(wanted);
  if (port === undefined) throw new DebugAddressError(`REMOTE_INSTALL_PORT is a port, not "${wanted}".`);
  return { host, port, key };
}

function splitAddress(address: string): { host: string; port: number } {
  const bare = `tcp://${address.replace(/^\w+:\/\//, "")}`;
  const { hostname, port, pathname } = URL.canParse(bare) ? new URL(bare) : { hostname: "" };
  if (!hostname || (pathname && pathname !== "/")) {
    throw new DebugAddressError(`REMOTE_INSTALL_URL is host:port, not "${address}".`);
  }
  return { host: hostname.replaceAll(/^\[|\]$/g, ""), port: Number(port || DEFAULT_PORT) };
}
