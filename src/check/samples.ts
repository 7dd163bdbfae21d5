/** What models are shown, read to and asked. */

/** A red square of 56 pixels: models that cut images into patches refuse smaller ones. */
export const RED_SQUARE =
  "iVBORw0KGgoAAAANSUhEUgAAADgAAAA4CAIAAAAn5KxJAAAAQElEQVR42u3OQQkAAAgAsetfWh+mEAYLsKZeSFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRU9CwicjR1t9nCvQAAAABJRU5ErkJggg==";

const RATE = 16_000;

/** A second of a soft tone as WAV. */
export function tone(): Buffer<ArrayBuffer> {
  const wav = Buffer.alloc(44 + RATE * 2);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(36 + RATE * 2, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(RATE * 2, 40);
  for (let i = 0; i < RATE; i += 1)
    wav.writeInt16LE(Math.round(3_000 * Math.sin((i / RATE) * 440 * 2 * Math.PI)), 44 + i * 2);
  return wav;
}

export const TOOLS = [
  {
    name: "get_time",
    description: "Tells the time of a city.",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
];

export const CITY_SCHEMA = {
  name: "city",
  schema: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};

/** Two that mean the same as each other, and one that does not. */
export const TEXTS = ["a red apple", "quarterly tax report", "a red apple"];

export const RANKING = {
  query: "When are apples ripe?",
  docs: ["Tax returns are due in May.", "Apples are ripe in autumn.", "Trains leave at noon."],
  best: 1,
};

/** About as many tokens in most vocabularies. */
export function words(count: number): string {
  const some = "the quick brown fox jumps over a lazy dog while it rains in the hills of home".split(" ");
  return Array.from({ length: count }, (_, i) => some[i % some.length]).join(" ");
}
