/** How near texts lie to each other, by the vectors of an embedding model. */

export type Vector = readonly number[];

export function norm(vector: Vector): number {
  return Math.sqrt(dot(vector, vector));
}

/** -1 to 1; 0 for a vector without a direction. */
export function cosine(a: Vector, b: Vector): number {
  const lengths = norm(a) * norm(b);
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

/** Every vector to every other one; the diagonal is 1. */
export function similarityGrid(vectors: readonly Vector[]): number[][] {
  return vectors.map((a) => vectors.map((b) => cosine(a, b)));
}

/** The pair that lies nearest, by position; undefined with fewer than two vectors. */
export function nearestPair(grid: readonly Vector[]): readonly [number, number] | undefined {
  let nearest: readonly [number, number] | undefined;
  let highest = -Infinity;
  for (const [i, row] of grid.entries()) {
    for (const [j, value] of row.entries()) {
      if (j <= i || value <= highest) continue;
      highest = value;
      nearest = [i, j];
    }
  }
  return nearest;
}

function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
