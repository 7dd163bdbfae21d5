/** From Dify's query and documents, text alone or with images, to one kind of ranking. */
import type { RequestOf } from "../../src/dify/requests.ts";

/** A text, or an image in base64 without a data-URI prefix. */
export type Piece = { readonly text: string } | { readonly image: string };

export interface Ranking {
  readonly query: Piece;
  readonly docs: readonly Piece[];
  /** 0: all. */
  readonly top_n: number;
  /** 0: none. */
  readonly score_threshold: number;
}

export function textRanking({
  query,
  docs,
  top_n,
  score_threshold,
}: Pick<RequestOf<"invoke_rerank">, "query" | "docs" | "top_n" | "score_threshold">): Ranking {
  return { query: { text: query }, docs: docs.map((text) => ({ text })), top_n, score_threshold };
}

export function multimodalRanking({
  query,
  docs,
  top_n,
  score_threshold,
}: Pick<RequestOf<"invoke_multimodal_rerank">, "query" | "docs" | "top_n" | "score_threshold">): Ranking {
  return { query: pieceOf(query), docs: docs.map((doc) => pieceOf(doc)), top_n, score_threshold };
}

function pieceOf({ content, content_type }: RequestOf<"invoke_multimodal_rerank">["query"]): Piece {
  return content_type === "image" ? { image: content } : { text: content };
}

/** Empty for an image. */
export function textOf(piece: Piece): string {
  return "text" in piece ? piece.text : "";
}

/** Servers refuse a list for one blank document, and a blank query; neither is relevant to anything. */
export function isSent({ query }: Pick<Ranking, "query">, doc: Piece): boolean {
  return !isBlank(query) && !isBlank(doc);
}

function isBlank(piece: Piece): boolean {
  return "text" in piece && piece.text.trim() === "";
}

export function hasImages(pieces: readonly Piece[]): boolean {
  return pieces.some((piece) => "image" in piece);
}
