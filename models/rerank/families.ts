/**
 * How servers want to be asked for a ranking. There is no standard, so each family is a row, in the order
 * to try; the endpoint remembers which one a server takes. One reader understands all their answers.
 */
import { imageUrl } from "./image-url.ts";
import { hasImages, textOf, type Piece } from "./request.ts";

export interface Asked {
  readonly model: string;
  readonly query: Piece;
  readonly docs: readonly Piece[];
}

export interface Family {
  /** Matches the end of the paths where servers of the family answer. */
  readonly path: RegExp;
  readonly ownModels?: true;
  readonly body: (asked: Asked) => object;
}

/** `/rerank`, under any version, `/reranks` of DashScope, `/reranking` of llama.cpp. */
const RERANK = /\/rerank(?:s|ing)?$/;
/** vLLM. */
const SCORE = /\/score$/;
/** DashScope's own API. */
const NATIVE = /\/text-rerank$/;

/**
 * All documents are asked for: 0 means all to some servers and is refused by others, and only all scores
 * show whether they are probabilities.
 */
const TEXT_FAMILIES: readonly Family[] = [
  {
    // Jina, Cohere, Together, SiliconFlow, vLLM, SGLang, llama.cpp, LocalAI, Xinference, Infinity, LiteLLM, …
    path: RERANK,
    body: ({ model, query, docs }) => ({
      model,
      query: textOf(query),
      documents: docs.map((doc) => textOf(doc)),
      top_n: docs.length,
    }),
  },
  {
    // TEI. Without `truncate`, one long document fails them all.
    path: RERANK,
    body: ({ model, query, docs }) => ({
      model,
      query: textOf(query),
      texts: docs.map((doc) => textOf(doc)),
      truncate: true,
    }),
  },
  {
    // Voyage
    path: RERANK,
    body: ({ model, query, docs }) => ({
      model,
      query: textOf(query),
      documents: docs.map((doc) => textOf(doc)),
      top_k: docs.length,
    }),
  },
  {
    path: SCORE,
    body: ({ model, query, docs }) => ({
      model,
      text_1: textOf(query),
      text_2: docs.map((doc) => textOf(doc)),
    }),
  },
  {
    path: NATIVE,
    ownModels: true,
    body: ({ model, query, docs }) => ({
      model,
      input: { query: textOf(query), documents: docs.map((doc) => textOf(doc)) },
      parameters: { top_n: docs.length, return_documents: false },
    }),
  },
];

const IMAGE_FAMILIES: readonly Family[] = [
  {
    // vLLM
    path: RERANK,
    body: ({ model, query, docs }) => ({
      model,
      query: contentOrText(query),
      documents: docs.map((doc) => ({ content: [contentPart(doc)] })),
      top_n: docs.length,
    }),
  },
  {
    // Jina, which takes an image in bare base64
    path: RERANK,
    body: ({ model, query, docs }) => ({ model, query, documents: docs, top_n: docs.length }),
  },
  {
    // SGLang
    path: RERANK,
    body: ({ model, query, docs }) => ({
      model,
      query: "text" in query ? query.text : [contentPart(query)],
      documents: docs.map((doc) => [contentPart(doc)]),
      top_n: docs.length,
    }),
  },
  {
    // Older vLLM: each part of the one content is a document.
    path: RERANK,
    body: ({ model, query, docs }) => ({
      model,
      query: contentOrText(query),
      documents: { content: docs.map((doc) => contentPart(doc)) },
      top_n: docs.length,
    }),
  },
  {
    path: SCORE,
    body: ({ model, query, docs }) => ({
      model,
      text_1: contentOrText(query),
      text_2: docs.map((doc) => ({ content: [contentPart(doc)] })),
    }),
  },
  {
    path: SCORE,
    body: ({ model, query, docs }) => ({
      model,
      text_1: contentOrText(query),
      text_2: { content: docs.map((doc) => contentPart(doc)) },
    }),
  },
  {
    path: NATIVE,
    ownModels: true,
    body: ({ model, query, docs }) => ({
      model,
      input: { query: nativePiece(query), documents: docs.map((doc) => nativePiece(doc)) },
      parameters: { top_n: docs.length, return_documents: false },
    }),
  },
];

/** The families that can be asked this, in the order to try. */
export function familiesFor({ query, docs }: Pick<Asked, "query" | "docs">): readonly Family[] {
  return hasImages([query, ...docs]) ? IMAGE_FAMILIES : TEXT_FAMILIES;
}

function contentPart(piece: Piece): object {
  return "text" in piece
    ? { type: "text", text: piece.text }
    : { type: "image_url", image_url: { url: imageUrl(piece.image) } };
}

function contentOrText(piece: Piece): string | object {
  return "text" in piece ? piece.text : { content: [contentPart(piece)] };
}

function nativePiece(piece: Piece): Piece {
  return "text" in piece ? piece : { image: imageUrl(piece.image) };
}
