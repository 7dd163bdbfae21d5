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

/** A page with one line on it. */
export function pdf(line: string): Buffer<ArrayBuffer> {
  const content = `BT /F1 24 Tf 72 720 Td (${line}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ].map((object, i) => `${i + 1} 0 obj\n${object}\nendobj\n`);
  const head = "%PDF-1.4\n";
  const starts = objects.map((_, i) => head.length + objects.slice(0, i).join("").length);
  const table = ["0000000000 65535 f ", ...starts.map((at) => `${String(at).padStart(10, "0")} 00000 n `)];
  const body = head + objects.join("");
  const trailer = `trailer\n<< /Size ${table.length} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(`${body}xref\n0 ${table.length}\n${table.join("\n")}\n${trailer}`, "latin1");
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
