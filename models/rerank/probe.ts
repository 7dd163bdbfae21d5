/** What a server is asked while the form is being saved. */
import type { Ranking } from "./request.ts";

/** A red square. Models that cut images into patches refuse one of a single pixel. */
const IMAGE =
  "iVBORw0KGgoAAAANSUhEUgAAADgAAAA4CAIAAAAn5KxJAAAAQElEQVR42u3OQQkAAAgAsetfWh+mEAYLsKZeSFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRU9CwicjR1t9nCvQAAAABJRU5ErkJggg==";

export const TEXT_PROBE: Ranking = {
  query: { text: "ping" },
  docs: [{ text: "pong" }, { text: "a bird" }],
  top_n: 0,
  score_threshold: 0,
};

/** What Dify asks of a model with the feature `vision`: it looks an image up among texts and images. */
export const IMAGE_PROBE: Ranking = {
  query: { image: IMAGE },
  docs: [{ text: "a red square" }, { image: IMAGE }],
  top_n: 0,
  score_threshold: 0,
};
