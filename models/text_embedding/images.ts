/**
 * Images in embedding requests. Servers agree on no shape, so that the known ones are tried in turn.
 */
import type { RequestOf } from "../../src/dify/requests.ts";
import { EndpointError, type FailureKind } from "../../src/endpoint/endpoint-error.ts";
import type { Connection } from "../../provider/connection.ts";
import { fewerTexts } from "./batches.ts";
import type { Way } from "./embed.ts";
import { formFields } from "./request.ts";

export type Content = RequestOf<"invoke_multimodal_embedding">["documents"][number];

interface ImageShape {
  /** Takes one item a request. */
  readonly single?: true;
  /**
   * The field that only a server of this kind names when it refuses the shapes before. Without this sign
   * it is not tried: another server would embed the image's base64 as a text.
   */
  readonly sign?: RegExp;
  /** What the request holds besides the model. */
  fields(items: readonly Content[]): Record<string, unknown>;
}

const IMAGE_SHAPES: readonly ImageShape[] = [
  // Jina, Xinference, DashScope's multimodal models behind gateways
  { fields: (items) => ({ input: items.map((item) => named(item, item.content)) }) },
  // SiliconFlow
  { fields: (items) => ({ input: items.map((item) => named(item, dataUri(item.content))) }) },
  // OpenRouter
  { fields: (items) => ({ input: items.map((item) => ({ content: [part(item)] })) }) },
  // vLLM, SGLang
  {
    single: true,
    fields: (items) => ({ messages: [{ role: "user", content: items.map(part) }] }),
  },
  // Infinity, which names the modality it took a request for
  {
    single: true,
    sign: /^text\.input\b/,
    fields: (items) => ({
      input: items.map(({ content_type, content }) => (content_type === "text" ? content : dataUri(content))),
      modality: items[0]?.content_type ?? "text",
    }),
  },
];

/** A server that takes no images may say so in any of these ways. */
const REFUSES_IMAGES: ReadonlySet<FailureKind> = new Set([
  "bad-request",
  "parameter-refused",
  "not-supported",
]);

/** How texts and images are sent: in the first shape that the server takes. */
export function asContents({ settings, model }: Connection): Way<Content> {
  let first: EndpointError | undefined;
  return {
    kind: "images",
    send: async (batch, { imageShape }) => ({
      body: { model, ...IMAGE_SHAPES[imageShape]?.fields(batch), ...formFields(settings) },
      texts: batch.filter(({ content_type }) => content_type === "text").map(({ content }) => content),
    }),
    narrow: async (error, batch, limits) => {
      if (error.kind === "batch-too-large") {
        const texts = fewerTexts(error, batch.length);
        return texts === undefined ? undefined : { ...limits, texts };
      }
      if (!REFUSES_IMAGES.has(error.kind)) return undefined;
      first ??= error;
      const imageShape = nextShape(limits.imageShape, error.facts.param);
      if (imageShape === undefined) throw noImages(first);
      return { ...limits, imageShape, texts: IMAGE_SHAPES[imageShape]?.single ? 1 : limits.texts };
    },
  };
}

function noImages({ kind, facts }: EndpointError): EndpointError {
  return new EndpointError(kind, { ...facts, withImages: true });
}

/** The shape to try after one was refused; undefined when there is none. */
function nextShape(refused: number, param = ""): number | undefined {
  const next = IMAGE_SHAPES.findIndex(({ sign }, shape) => shape > refused && (!sign || sign.test(param)));
  return next === -1 ? undefined : next;
}

function named({ content_type, content }: Content, image: string): Record<string, unknown> {
  return content_type === "text" ? { text: content } : { image };
}

function part({ content_type, content }: Content): Record<string, unknown> {
  return content_type === "text"
    ? { type: "text", text: content }
    : { type: "image_url", image_url: { url: dataUri(content) } };
}

/** A chessboard of 64 × 64 pixels: models refuse images of a few. */
export const PROBE_IMAGE: Content = {
  content_type: "image",
  content:
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAAOElEQVR42u3UIQ4AAAjDQP7/aTAIgsSR3NxMRUUjetm7foDfAPIA5rjQA/IAuADQAwA9ANADgPUL2574alKpCOcAAAAASUVORK5CYII=",
};

/** Beginnings of a file in base64. */
const MEDIA_TYPES: readonly (readonly [string, string])[] = [
  ["iVBORw0KGgo", "image/png"],
  ["R0lGOD", "image/gif"],
  ["UklGR", "image/webp"],
  ["Qk", "image/bmp"],
  ["PHN2Zy", "image/svg+xml"],
];

function dataUri(base64: string): string {
  if (base64.startsWith("data:")) return base64;
  const type = MEDIA_TYPES.find(([beginning]) => base64.startsWith(beginning))?.[1] ?? "image/jpeg";
  return `data:${type};base64,${base64}`;
}
