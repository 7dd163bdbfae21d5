/**
 * The way to a server: proxy, certificates, connections kept for reuse.
 */
import type { Socket } from "node:net";
import { Agent, EnvHttpProxyAgent, type Dispatcher } from "undici";
import { oncePer } from "./once-per.ts";

export interface NetworkOptions {
  /** Milliseconds. */
  connectTimeout: number;
  /** Empty: what `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say. */
  proxyUrl: string;
  /** PEM certificates to trust besides the system's; empty for none. */
  caCertificate: string;
  /** Whether a server's certificate must be valid. */
  verifyTls: boolean;
}

/**
 * Connections are kept for reuse, but not for long: many servers and proxies drop an idle one without
 * saying so, and a request on it would fail.
 */
const KEEP_ALIVE_MS = 4_000;

/** More different forms than this at one time are unlikely; the one unused for longest is let go. */
const MAX_DISPATCHERS = 32;

interface Known {
  readonly dispatcher: Dispatcher;
  /** Which of all requests it was last used for. */
  used: number;
}

const known = new Map<string, Known>();
let requests = 0;

const nameOf = oncePer((options: NetworkOptions) => JSON.stringify(options));

/** The dispatcher for these options; the same for equal options, so that connections are shared. */
export function dispatcherFor(options: NetworkOptions): Dispatcher {
  const name = nameOf(options);
  const found = known.get(name) ?? { dispatcher: createDispatcher(options), used: 0 };
  found.used = requests += 1;
  known.set(name, found);
  if (known.size > MAX_DISPATCHERS) forgetOne();
  return found.dispatcher;
}

function forgetOne(): void {
  const [first] = [...known].toSorted(([, a], [, b]) => a.used - b.used);
  if (!first) return;
  const [name, { dispatcher }] = first;
  known.delete(name);
  // Requests in flight are finished first.
  void dispatcher.close();
}

/** Few forms bring a certificate, and TLS takes 3 MB before it is used. */
function trustedByDefault(): string[] {
  return process.getBuiltinModule("node:tls").getCACertificates("default");
}

function createDispatcher({
  connectTimeout,
  proxyUrl,
  caCertificate,
  verifyTls,
}: NetworkOptions): Dispatcher {
  const tls = {
    timeout: connectTimeout,
    rejectUnauthorized: verifyTls,
    // An own list replaces Node's, NODE_EXTRA_CA_CERTS included; hence both.
    ...(caCertificate !== "" && { ca: [...trustedByDefault(), caCertificate] }),
  };
  const options = {
    connectTimeout,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // Long-lived streams multiplexed over one connection would hold each other up.
    allowH2: false,
  };
  if (proxyUrl === "" && !hasProxy(process.env))
    return new Agent({ ...options, connect: { ...tls, onread } });
  return new EnvHttpProxyAgent({
    ...options,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
    ...(proxyUrl !== "" && { httpProxy: proxyUrl, httpsProxy: proxyUrl, noProxy: "" }),
  });
}

function hasProxy(env: NodeJS.ProcessEnv): boolean {
  return ["http_proxy", "https_proxy"].some((name) => env[name] || env[name.toUpperCase()]);
}

const READ_BYTES = 64 * 1024;

/**
 * One buffer that all direct connections are read into, one read at a time, and a copy of what came: Node would take
 * a new one of 64 KB for each piece, most of which are a few hundred bytes.
 */
const onread = {
  buffer: Buffer.allocUnsafeSlow(READ_BYTES),
  callback(this: Socket, size: number, buffer: Uint8Array): boolean {
    // Not from Node's pool, of which the little that is kept of an answer would keep 64 KB.
    const bytes = Buffer.allocUnsafeSlow(size);
    bytes.set(buffer.subarray(0, size));
    return this.push(bytes);
  },
};
