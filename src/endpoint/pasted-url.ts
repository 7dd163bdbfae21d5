/**
 * From a pasted text to a URL's parts, whatever copying left around or out of it.
 */
import { BlockList, isIP, isIPv6 } from "node:net";

/** Why a text is no address, continuing a sentence that begins with the field's name. */
export type AddressFault =
  | "is empty"
  | "contains a blank"
  | "looks like an API key"
  | "contains a placeholder"
  | "must begin with http:// or https://"
  | "names no host"
  | "has a port outside of 1 to 65535"
  | "has an IPv6 zone, which cannot be called"
  | "is not a valid web address";

/** The text is no address. */
export class InvalidAddress extends Error {
  override readonly name = "InvalidAddress";
  readonly reason: AddressFault;

  constructor(reason: AddressFault) {
    super(`address ${reason}`);
    this.reason = reason;
  }
}

export interface PastedUrl {
  /** Scheme, user and password if any, host, port if any. */
  readonly origin: string;
  readonly hostname: string;
  readonly port: string;
  /** The path, without its empty segments. */
  readonly segments: readonly string[];
  /** Empty, or `?` and what follows. */
  readonly query: string;
}

/** @throws InvalidAddress */
export function readUrl(pasted: string): PastedUrl {
  const text = tidy(pasted);
  if (text === "") throw new InvalidAddress("is empty");
  if (/\s/.test(text)) throw new InvalidAddress("contains a blank");
  // It must not end in somebody's name server, where hosts are looked up.
  if (/^(?:sk|fk|gsk|hf|xai|nvapi)[-_][\w-]{16,}$/.test(text))
    throw new InvalidAddress("looks like an API key");
  if (/^[^?]*[<{]/.test(text)) throw new InvalidAddress("contains a placeholder");
  const url = withScheme(text);
  const user = url.password === "" ? url.username : `${url.username}:${url.password}`;
  return {
    origin: `${url.protocol}//${user === "" ? "" : `${user}@`}${url.host}`,
    hostname: url.hostname,
    port: url.port,
    segments: url.pathname.split("/").filter((segment) => segment !== ""),
    query: url.search,
  };
}

/** Strips what copying leaves around an address: blanks, quotes, brackets, a variable's name, punctuation. */
function tidy(pasted: string): string {
  return (
    pasted
      // Zero-width and control characters, but no line ends: those are blanks.
      .replaceAll(/\p{Cf}|[^\P{Cc}\s]/gu, "")
      .replace(/#.*$/s, "")
      .replace(/^[\s"'`“‘<(]+/, "")
      // OPENAI_BASE_URL=…, export OPENAI_BASE_URL="…", "base_url": "https://…"
      .replace(/^(?:export\s+|set\s+)?[a-z_]\w*["']?\s*(?:=\s*|:\s+(?=["']?https?:))(?=\S)/i, "")
      .replace(/^["'`]+/, "")
      .replace(/[\s"'`”’>),;.，。；、]+$/, "")
  );
}

function withScheme(text: string): URL {
  // One scheme is enough (`https://https://…`), and `//host` has none.
  const single = text.replace(/^(?:https?:[\\/]*)+(?=https?:[\\/])/i, "").replace(/^[\\/]{2,}/, "");
  // `https:/host`, `https:host`, `https//host`
  const scheme = /^(https?)(?::[\\/]*|\/{2,})/i.exec(single);
  if (scheme) return parse(scheme[1] ?? "", single.slice(scheme[0].length));
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(single))
    throw new InvalidAddress("must begin with http:// or https://");
  const rest = single.replace(/^:?(?=\d+(?:[/?]|$))/, "localhost:");
  const [plain, secure] = [parse("http", rest), parse("https", rest)];
  if (plain.port === "443") return secure;
  return secure.port === "80" || isPrivate(plain.hostname) ? plain : secure;
}

function parse(scheme: string, rest: string): URL {
  const authority = /^[^/\\?]*/.exec(rest)?.[0] ?? "";
  // Digits alone are a port, though a URL may write an IPv4 address so.
  if (/^:?\d*$/.test(authority)) throw new InvalidAddress("names no host");
  const bracketed = isIPv6(authority) ? `[${authority}]` : authority;
  const port = /:(\d+)$/.exec(bracketed)?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    throw new InvalidAddress("has a port outside of 1 to 65535");
  }
  // The URL standard has no place for the zone of `[fe80::1%25eth0]`, so that no request could be sent.
  if (/\[[\da-f:.]+%/i.test(bracketed)) throw new InvalidAddress("has an IPv6 zone, which cannot be called");
  const url = URL.parse(`${scheme}://${bracketed}${rest.slice(authority.length)}`);
  // The URL standard lets `$`, `'` and more pass in a host.
  if (!url || !/^(?:[\w.-]+|\[.*\])$/.test(url.hostname)) {
    throw new InvalidAddress("is not a valid web address");
  }
  return url;
}

const PRIVATE_NETWORKS = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  // Carrier-grade NAT, where Tailscale gives out addresses.
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  PRIVATE_NETWORKS.addSubnet(network, prefix, "ipv4");
}
PRIVATE_NETWORKS.addAddress("::1", "ipv6");
PRIVATE_NETWORKS.addSubnet("fc00::", 7, "ipv6");
PRIVATE_NETWORKS.addSubnet("fe80::", 10, "ipv6");

/** Servers on the own machine or network rarely speak TLS. */
function isPrivate(hostname: string): boolean {
  const address = hostname.replaceAll(/^\[|\]$/g, "");
  const version = isIP(address);
  if (version !== 0) return PRIVATE_NETWORKS.check(address, version === 4 ? "ipv4" : "ipv6");
  return !hostname.includes(".") || /\.(?:local|localhost|internal|lan|home|home\.arpa)$/.test(hostname);
}
