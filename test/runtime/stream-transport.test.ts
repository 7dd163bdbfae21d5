import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { lineText } from "../../src/runtime/lines.ts";
import { StreamTransport } from "../../src/runtime/stream-transport.ts";

/** An output that takes one write at a time and says when. */
class SlowOutput extends Writable {
  readonly written: string[] = [];
  #release: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1, decodeStrings: false });
  }

  release(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.written.push(text);
    this.#release = done;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("all lines of one turn leave in one write", async () => {
  const output = new PassThrough();
  const transport = new StreamTransport(new PassThrough(), output);
  const writes: string[] = [];
  output.on("data", (bytes: Buffer) => writes.push(bytes.toString()));
  expect(transport.send("a")).toBe(true);
  expect(transport.send("b")).toBe(true);
  await transport.flushed();
  await turn();
  expect(writes.filter((text) => text !== "")).toEqual(["a\nb\n"]);
});

test("a line of bytes leaves between the others, as it is", async () => {
  const output = new PassThrough();
  const transport = new StreamTransport(new PassThrough(), output);
  for (const line of ["a", "b", [Buffer.from("你"), Buffer.from("c")], [Buffer.from("d")], "e"]) {
    transport.send(line);
  }
  await transport.flushed();
  output.end();
  expect(Buffer.concat(await output.toArray()).toString()).toBe("a\nb\n你c\nd\ne\n");
});

test("a line of bytes tells as well when the other side reads slowly", async () => {
  const output = new SlowOutput();
  const transport = new StreamTransport(new PassThrough(), output);
  transport.send([Buffer.from("a")]);
  await turn();
  expect(transport.send("b")).toBe(false);
  output.destroy();
});

test("says when the other side reads slowly, and when it has caught up", async () => {
  const output = new SlowOutput();
  const transport = new StreamTransport(new PassThrough(), output);
  transport.send("a");
  await turn();
  expect(transport.send("b")).toBe(false);
  let drained = false;
  const waiting = transport.drained().then(() => (drained = true));
  await turn();
  expect(drained).toBe(false);
  output.release();
  await turn();
  output.release();
  await waiting;
  expect(output.written).toEqual(["a\n", "b\n"]);
});

test("hands over lines and the end of the input", async () => {
  const input = new PassThrough();
  const seen: string[] = [];
  const closed = new Promise<void>((resolve) => {
    new StreamTransport(input, new PassThrough()).start({
      onLine: (line) => seen.push(lineText(line)),
      onClose: resolve,
    });
  });
  input.write("one\ntw");
  input.end("o\nthree");
  await closed;
  expect(seen).toEqual(["one", "two", "three"]);
});

test("an output that closes holds nobody up", async () => {
  const output = new SlowOutput();
  const transport = new StreamTransport(new PassThrough(), output);
  transport.send("a");
  await turn();
  expect(transport.send("b")).toBe(false);
  const waiting = transport.drained();
  output.destroy();
  await waiting;
  expect(transport.send("c")).toBe(true);
  await transport.flushed();
  expect(output.written).toEqual(["a\n"]);
});

test("a connection that breaks hands over no half line", async () => {
  const input = new PassThrough();
  const seen: string[] = [];
  const closed = new Promise<void>((resolve) => {
    new StreamTransport(input, new PassThrough()).start({
      onLine: (line) => seen.push(lineText(line)),
      onClose: resolve,
    });
  });
  input.write("one\ntw");
  await turn();
  input.destroy();
  await closed;
  expect(seen).toEqual(["one"]);
});
