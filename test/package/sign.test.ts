/** Signed packages, held against Dify's rules written down a second time. */
import { createHash, generateKeyPairSync, verify } from "node:crypto";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { beforeAll, expect, test } from "vitest";
import { checksum, withComment, writeArchive } from "../../src/package/archive.ts";
import { buildPackage, type BuiltPackage } from "../../src/package/pack.ts";
import { generateKeys, isSigned, readPrivateKey } from "../../src/package/sign.ts";

const root = join(import.meta.dirname, "../..");
const keys = generateKeys();
let signed: BuiltPackage;

beforeAll(async () => {
  signed = await buildPackage(root, { signingKey: readPrivateKey(keys.privateKey) });
});

/** The end of a zip without a comment has 22 bytes. */
function commentOf(archive: Uint8Array): { signature: string; time: number } {
  const bytes = Buffer.from(archive);
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  expect(bytes.readUInt16LE(end + 20)).toBe(bytes.length - end - 22);
  return JSON.parse(bytes.toString("utf8", end + 22)) as { signature: string; time: number };
}

test("the keys are PEM of PKCS #1, as the daemon reads them", () => {
  expect(keys.privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
  expect(keys.publicKey).toMatch(/^-----BEGIN RSA PUBLIC KEY-----\n[^]+-----END RSA PUBLIC KEY-----\n$/);
});

test("the signature is over the hashes of all files in the archive's order, and the time", () => {
  const { signature, time } = commentOf(signed.archive);
  const contents = Object.values(unzipSync(signed.archive));
  const hashes = contents.map((bytes) => createHash("sha256").update(bytes).digest());
  const message = Buffer.concat([...hashes, Buffer.from(`${time}`)]);
  expect(Number.isInteger(time)).toBe(true);
  expect(verify("sha256", message, keys.publicKey, Buffer.from(signature, "base64"))).toBe(true);
});

test("a signed package says who vouches for it, which is part of its checksum", () => {
  const files = unzipSync(signed.archive);
  const verification = Buffer.from(files[".verification.dify.json"] ?? []).toString();
  expect(JSON.parse(verification)).toEqual({ authorized_category: "community" });
  expect(signed.checksum).toBe(checksum(new Map(Object.entries(files))));
  expect(signed.name).toMatch(/\.signed\.difypkg$/);
});

test("the same content and key give the same bytes", async () => {
  const again = await buildPackage(root, { signingKey: readPrivateKey(keys.privateKey) });
  expect(Buffer.compare(again.archive, signed.archive)).toBe(0);
});

test("it holds with its key only, and while no byte is changed", async () => {
  expect(isSigned(signed.archive, keys.publicKey)).toBe(true);
  expect(isSigned(signed.archive, generateKeys().publicKey)).toBe(false);
  expect(isSigned((await buildPackage(root)).archive, keys.publicKey)).toBe(false);
  const files = unzipSync(signed.archive);
  const comment = JSON.stringify(commentOf(signed.archive));
  for (const path of Object.keys(files)) {
    const changed = Buffer.from(files[path] ?? []);
    changed[0] = (changed[0] ?? 0) ^ 1;
    const archive = withComment(zipSync({ ...files, [path]: changed }, { level: 0 }), comment);
    expect(isSigned(archive, keys.publicKey), path).toBe(false);
  }
  expect(isSigned(withComment(zipSync(files, { level: 0 }), comment), keys.publicKey)).toBe(true);
});

test("a comment can be read back, and an archive has none by itself", () => {
  const archive = writeArchive(new Map([["a", Buffer.from("1")]]));
  expect(Object.keys(unzipSync(withComment(archive, "é")))).toEqual(["a"]);
  expect(Buffer.from(withComment(archive, "é")).toString("utf8").endsWith("é")).toBe(true);
});

test.each([
  ["no key at all", "hello", "no private key in PEM"],
  ["a public key", keys.publicKey, "no private key in PEM"],
  [
    "another kind of key",
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    "no RSA key",
  ],
])("%s is refused", (_name, pem, message) => {
  expect(() => readPrivateKey(pem)).toThrow(message);
});
