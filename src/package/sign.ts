/**
 * Signatures as Dify's daemon verifies them: RSA (PKCS #1 v1.5, SHA-256) over the hash of every file in the
 * archive's order and the time of signing. They stand in the archive's comment. Names are not signed.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from "node:crypto";
import type { KeyObject } from "node:crypto";
import * as z from "zod";
import { readArchive, readComment, withComment } from "./archive.ts";
import { PackingError, type PackageFiles } from "./package-files.ts";

/** Of a signed package: who vouches for it. Dify's other categories are for its own and its partners' plugins. */
export const VERIFICATION: PackageFiles = new Map([
  [".verification.dify.json", Buffer.from(JSON.stringify({ authorized_category: "community" }))],
]);

const commentSchema = z.object({ signature: z.string(), time: z.int() });

/** A new pair of keys, PEM as the daemon and Dify's command line read it (PKCS #1). */
export function generateKeys(): { privateKey: string; publicKey: string } {
  const encoding = { type: "pkcs1", format: "pem" } as const;
  return generateKeyPairSync("rsa", {
    modulusLength: 4096,
    privateKeyEncoding: encoding,
    publicKeyEncoding: encoding,
  });
}

/** @throws PackingError when it is no private RSA key, or an encrypted one */
export function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new PackingError("the signing key is no private key in PEM, or an encrypted one");
  }
  if (key.asymmetricKeyType !== "rsa") throw new PackingError("the signing key is no RSA key");
  return key;
}

/** @param time in seconds since 1970; part of what is signed */
export function signArchive(archive: Uint8Array, key: KeyObject, time: number): Uint8Array {
  const signature = sign("sha256", signedMessage(archive, time), key).toString("base64");
  return withComment(archive, JSON.stringify({ signature, time }));
}

/** Whether an archive is signed with the key that belongs to this public one (PEM). */
export function isSigned(archive: Uint8Array, publicKey: string): boolean {
  const comment = readComment(archive);
  if (comment === "") return false;
  const { signature, time } = commentSchema.parse(JSON.parse(comment));
  return verify(
    "sha256",
    signedMessage(archive, time),
    createPublicKey(publicKey),
    Buffer.from(signature, "base64"),
  );
}

function signedMessage(archive: Uint8Array, time: number): Buffer {
  const hashes = [...readArchive(archive).values()].map((bytes) =>
    createHash("sha256").update(bytes).digest(),
  );
  return Buffer.concat([...hashes, Buffer.from(String(time))]);
}
