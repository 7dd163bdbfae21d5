/** Addresses that mean another machine inside a container than outside. */
import { maskUrl } from "../src/endpoint/secrets.ts";
import { InvalidAddress, readAddress } from "../src/endpoint/address.ts";

/** What Docker calls the machine a container runs on. */
const DOCKER_HOST = "host.docker.internal";

/** The base to use from inside a container in place of `localhost`, masked; undefined for any other host. */
export function localAddress(pasted: string): string | undefined {
  try {
    const url = new URL(readAddress(pasted).base);
    if (!/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)$/.test(url.hostname)) return undefined;
    url.hostname = DOCKER_HOST;
    return maskUrl(url.href).replace(/\/$/, "");
  } catch (error) {
    if (error instanceof InvalidAddress) return undefined;
    throw error;
  }
}
