/**
 * Vectors as JSON text at the precision they have: each number as the shortest decimal that a reader
 * turns back into the same 32-bit float.
 *
 * JavaScript writes the shortest 64-bit text, twice as long, and slowly. Here a number is scaled to a
 * whole one of six to nine digits, the first that rounds back, and its digits go straight into bytes.
 */

/** Bytes the longest number takes, the comma included: none has more than `-1.2345678e-38` or 22 digits. */
const MAX_NUMBER_BYTES = 26;

/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 15 }, (_, exponent) => 10 ** exponent);

const [OPEN, CLOSE, COMMA, MINUS, DOT, ZERO] = [0x5b, 0x5d, 0x2c, 0x2d, 0x2e, 0x30];

/** One array of numbers for each vector, separated by commas, without the brackets around all of them. */
export function vectorsToJson(vectors: readonly Float32Array[]): Buffer {
  const most = vectors.reduce((sum, { length }) => sum + length * MAX_NUMBER_BYTES + 3, 0);
  // Memory that is not written to costs nothing.
  const bytes = Buffer.allocUnsafeSlow(most);
  let end = 0;
  for (const vector of vectors) {
    if (end > 0) bytes[end++] = COMMA;
    end = writeVector(bytes, end, vector);
  }
  return bytes.subarray(0, end);
}

/** @returns where the vector ends */
function writeVector(bytes: Buffer, start: number, vector: Float32Array): number {
  let end = start;
  bytes[end++] = OPEN;
  for (let index = 0; index < vector.length; index += 1) {
    if (index > 0) bytes[end++] = COMMA;
    end = writeNumber(bytes, end, vector[index] as number);
  }
  bytes[end++] = CLOSE;
  return end;
}

/** @returns where the number ends */
function writeNumber(bytes: Buffer, start: number, value: number): number {
  const size = Math.abs(value);
  // Outside of this range the scaling below is not exact, or has more digits than fit 31 bits.
  if (!(size >= 1e-5 && size < 1)) return start + bytes.write(shortest(value), start, "latin1");
  const leadingZeros = size >= 0.1 ? 0 : size >= 0.01 ? 1 : size >= 0.001 ? 2 : size >= 0.0001 ? 3 : 4;
  // Most take eight digits; six always survive, so that fewer show as zeros at the end.
  let places = leadingZeros + 8;
  let digits = scaled(size, places);
  if (readsAs(size, digits, places)) {
    const shorter = scaled(size, places - 1);
    if (readsAs(size, shorter, places - 1)) {
      places -= 1;
      digits = shorter;
      const six = scaled(size, places - 1);
      if (readsAs(size, six, places - 1)) {
        places -= 1;
        digits = six;
      }
      while (digits % 10 === 0) {
        digits = (digits / 10) | 0;
        places -= 1;
      }
    }
  } else {
    places += 1;
    digits = scaled(size, places);
  }
  let at = start;
  if (value < 0) bytes[at++] = MINUS;
  bytes[at++] = ZERO;
  bytes[at++] = DOT;
  const end = at + places;
  for (let position = end - 1; position >= at; position -= 1) {
    const rest = (digits / 10) | 0;
    bytes[position] = ZERO + digits - rest * 10;
    digits = rest;
  }
  return end;
}

function readsAs(size: number, digits: number, places: number): boolean {
  return Math.fround(digits / power(places)) === size;
}

/** Rounded. At most nine digits, which fit 31 bits: integers are several times as fast. */
function scaled(size: number, places: number): number {
  return (size * power(places) + 0.5) | 0;
}

function power(exponent: number): number {
  return POWERS[exponent] as number;
}

/** For numbers of any size. */
function shortest(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) <= 16_777_216) return String(value);
  for (let digits = 6; digits < 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
