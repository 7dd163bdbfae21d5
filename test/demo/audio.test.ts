import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { speechPieces } from "../../src/demo/speech.ts";
import { wavHeader } from "../../src/demo/wav.ts";
import { apiKey, startDemoClient } from "./demo-client.ts";
import type { DemoClient } from "./demo-client.ts";

let demo: DemoClient;
beforeAll(async () => {
  demo = await startDemoClient();
});
afterAll(() => demo.endpoint.close());

const text = "Grüße, 世界 & <all> 🎉";
/** 40 ms for each character, of which the emoji is one. */
const seconds = 19 * 0.04;

async function speak(more: object = {}): Promise<Response> {
  const request = { model: "demo-speech", voice: "nova", input: text, ...more } as const;
  return await demo.client.audio.speech.create(request);
}

async function spokenFile(): Promise<File> {
  return await toFile(await speak(), "speech.wav");
}

describe("speech", () => {
  it("is a WAV file, whatever the client expects by default", async () => {
    const response = await speak();
    expect(response.headers.get("content-type")).toBe("audio/wav");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    const samples = bytes.subarray(wavHeader(0, text).length);
    expect(samples).toHaveLength(seconds * 16_000 * 2);
    expect(samples.some((byte) => byte !== 0)).toBe(true);
  });

  it("has voices to choose from", async () => {
    const list: { voices: { id: string }[] } = await demo.client.get("/audio/voices");
    expect(list.voices.map(({ id }) => id)).toEqual(["alloy", "echo", "nova"]);
    for (const { id } of list.voices) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await speak({ voice: id })).status).toBe(200);
    }
  });

  it("is sent in several pieces, as it is made", async () => {
    const pieces = [...speechPieces({ model: "demo-speech", voice: "nova", input: "word ".repeat(20) })];
    expect(pieces.length).toBeGreaterThan(3);
    expect((await speak()).headers.get("transfer-encoding")).toBe("chunked");
  });

  it("is shorter when faster, and differs by voice", async () => {
    const [slow, fast, other] = await Promise.all([speak(), speak({ speed: 2 }), speak({ voice: "echo" })]);
    const slowBytes = Buffer.from(await slow.arrayBuffer());
    expect((await fast.arrayBuffer()).byteLength).toBeLessThan(slowBytes.length * 0.7);
    expect(Buffer.from(await other.arrayBuffer()).equals(slowBytes)).toBe(false);
  });

  it.each([
    ["voice", { voice: "siren" }],
    ["response_format", { response_format: "opus" }],
    ["input", { input: "" }],
    ["speed", { speed: 9 }],
  ])("refuses a wrong %s", async (param, more) => {
    await expect(speak(more)).rejects.toMatchObject({ status: 400, param });
  });
});

describe("transcription", () => {
  const model = "demo-transcribe";

  it("hears what speech said", async () => {
    const heard = await demo.client.audio.transcriptions.create({ model, file: await spokenFile() });
    expect(heard.text).toBe(text);
  });

  it("tells the details on request", async () => {
    const heard = await demo.client.audio.transcriptions.create({
      model,
      file: await spokenFile(),
      language: "de",
      response_format: "verbose_json",
    });
    expect(heard).toMatchObject({
      text,
      language: "de",
      duration: seconds,
      segments: [{ start: 0, end: seconds, text }],
    });
  });

  it.each([
    ["text", `${text}\n`],
    ["srt", `1\n00:00:00,000 --> 00:00:00,760\n${text}\n\n`],
    ["vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:00.760\nGrüße, 世界 &amp; &lt;all&gt; 🎉\n\n"],
  ] as const)("is plain text as %s", async (format, expected) => {
    const file = await spokenFile();
    const heard: unknown = await demo.client.audio.transcriptions.create({
      model,
      file,
      response_format: format,
    });
    expect(heard).toBe(expected);
  });

  it.each([
    ["no comment", Buffer.concat([wavHeader(0, "").subarray(0, 36), Buffer.from("data\0\0\0\0")])],
    ["an empty one", wavHeader(0, "")],
  ])("says so when a file has %s", async (_, silence) => {
    const file = await toFile(silence, "silence.wav");
    const heard = await demo.client.audio.transcriptions.create({ model, file });
    expect(heard.text).toBe("(no speech found by the demo)");
  });

  it("refuses what is no WAV file, no file or no form", async () => {
    const file = await toFile(Buffer.from("ID3 not a wave"), "song.mp3");
    const refused = demo.client.audio.transcriptions.create({ model, file });
    await expect(refused).rejects.toMatchObject({ status: 400, param: "file" });

    const url = `${demo.endpoint.url}/audio/transcriptions`;
    const headers = { authorization: `Bearer ${apiKey}` };
    const form = new FormData();
    form.set("model", model);
    form.set("file", "only text");
    const response = await fetch(url, { method: "POST", headers, body: form });
    expect(await response.json()).toMatchObject({ error: { param: "file" } });
    expect((await fetch(url, { method: "POST", headers, body: "{}" })).status).toBe(400);
  });
});
