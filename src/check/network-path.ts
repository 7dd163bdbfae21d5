/** The way to a server, step by step: its name, a connection, its certificate. */
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, getCACertificates, type TLSSocket } from "node:tls";
import type { Settings } from "../../provider/settings.ts";

export interface NetworkPath {
  readonly addresses: readonly string[];
  /** Milliseconds. */
  readonly nameTook: number;
  readonly connectTook: number;
  readonly tlsTook?: number;
  readonly certificate?: Certificate;
}

export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly expires: Date;
}

function env(name: string): string {
  return process.env[name.toLowerCase()] || process.env[name] || "";
}

/** The proxy a request to this URL goes through, as undici chooses it; undefined for none. */
export function proxyFor(url: string, { proxy_url }: Pick<Settings, "proxy_url">): string | undefined {
  if (proxy_url !== "") return proxy_url;
  const { protocol, hostname, port } = new URL(url);
  const proxy = protocol === "https:" ? env("HTTPS_PROXY") || env("HTTP_PROXY") : env("HTTP_PROXY");
  if (proxy === "") return undefined;
  const exempt = env("NO_PROXY")
    .split(/[\s,]+/)
    .filter((entry) => entry !== "");
  return exempt.some((entry) => isExempt(entry, hostname, port)) ? undefined : proxy;
}

function isExempt(entry: string, hostname: string, port: string): boolean {
  if (entry === "*") return true;
  const [, host = "", only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  return (only === undefined || only === port) && (hostname === host || hostname.endsWith(`.${host}`));
}

/** @throws the system's error of the step that failed */
export async function walk(url: string, settings: Settings, signal: AbortSignal): Promise<NetworkPath> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const number = Number(port || (protocol === "https:" ? 443 : 80));
  const step = stopwatch();
  const found = await lookup(host, { all: true });
  const addresses = found.map(({ address }) => address);
  const nameTook = step();
  const socket = connectTcp({ host, port: number });
  try {
    await ready(socket, "connect", settings.connect_timeout, signal);
    const connectTook = step();
    if (protocol !== "https:") return { addresses, nameTook, connectTook };
    const { tls_verify, ca_certificate } = settings;
    const tls = connectTls({
      socket,
      servername: /^[\d.]+$|:/.test(host) ? "" : host,
      host,
      rejectUnauthorized: tls_verify,
      ...(ca_certificate !== "" && { ca: [...getCACertificates("default"), ca_certificate] }),
    });
    await ready(tls, "secureConnect", settings.connect_timeout, signal);
    return { addresses, nameTook, connectTook, tlsTook: step(), ...certificateOf(tls) };
  } finally {
    socket.destroy();
  }
}

function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return last - before;
  };
}

/** Told like undici's own, so that both mean the same. */
class ConnectTimeout extends Error {
  readonly code = "UND_ERR_CONNECT_TIMEOUT";
}

async function ready(socket: Socket, event: string, timeout: number, signal: AbortSignal): Promise<void> {
  const inTime = AbortSignal.timeout(timeout);
  await once(socket, event, { signal: AbortSignal.any([signal, inTime]) }).catch((error: unknown) => {
    throw inTime.aborted ? new ConnectTimeout("timed out", { cause: error }) : error;
  });
}

function certificateOf(socket: TLSSocket): { certificate?: Certificate } {
  const { subject, issuer, valid_to } = socket.getPeerCertificate();
  if (!valid_to) return {};
  const nameOf = (name: typeof subject): string => [name.CN, name.O].flat().filter(Boolean)[0] ?? "";
  return {
    certificate: { subject: nameOf(subject), issuer: nameOf(issuer), expires: new Date(valid_to) },
  };
}
