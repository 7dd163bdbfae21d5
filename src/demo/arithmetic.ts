/**
 * Sums found in running text: `+ - * /` and parentheses, by recursive descent.
 *
 * Every function takes a position and returns the value with the position behind it, or null when
 * nothing of its kind starts there.
 */

export interface Sum {
  readonly expression: string;
  /** Infinite or NaN when the sum divides by zero. */
  readonly value: number;
}

interface Parsed {
  readonly value: number;
  readonly end: number;
  /** Whether an operator with two sides took part: a lone number is no sum. */
  readonly isSum: boolean;
}

/** Bounds the work and the stack that a text of nothing but "(((((" can cost. */
const maxDepth = 40;

/** Not inside a word, a decimal or a number written "1,50", where the rest would be another number. */
const possibleStart = /(?<![\p{L}\p{N}_.^]|\d,)[\d(\-−]/gu;

/** Powers and percentages are beyond the demo, and half of one would be a wrong answer. */
const goesOn = /^\s?[\^%]/;

/** A leading zero is refused, so that no date such as 2025-01-31 is taken for a sum. */
const number = /(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*|0)(?:\.\d+)?(?!\d)/y;

/** The first sum in the text, as far as it goes. */
export function findSum(text: string): Sum | null {
  for (const { index } of text.matchAll(possibleStart)) {
    const parsed = parseAdditions(text, index, 0);
    if (parsed?.isSum && !goesOn.test(text.slice(parsed.end, parsed.end + 2)))
      return { expression: text.slice(index, parsed.end), value: parsed.value };
  }
  return null;
}

type Operation = (left: number, right: number) => number;
type Operations = Readonly<Record<string, Operation>>;
type Parser = (text: string, start: number, depth: number) => Parsed | null;

const subtract: Operation = (left, right) => left - right;
const multiply: Operation = (left, right) => left * right;
const divide: Operation = (left, right) => left / right;
const additions: Operations = { "+": (left, right) => left + right, "-": subtract, "−": subtract };
const products: Operations = { "*": multiply, "×": multiply, "/": divide, "÷": divide };

function parseAdditions(text: string, start: number, depth: number): Parsed | null {
  return parseChain(text, start, depth, parseProducts, additions);
}

function parseProducts(text: string, start: number, depth: number): Parsed | null {
  return parseChain(text, start, depth, parseSigned, products);
}

/** Operands joined from left to right; stops before an operator that has no right side. */
function parseChain(
  text: string,
  start: number,
  depth: number,
  parsePart: Parser,
  operations: Operations,
): Parsed | null {
  let left = parsePart(text, start, depth);
  while (left) {
    const at = skipBlanks(text, left.end);
    const operation = operations[text[at] ?? ""];
    const right = operation && parsePart(text, skipBlanks(text, at + 1), depth);
    if (!right) break;
    left = { value: operation(left.value, right.value), end: right.end, isSum: true };
  }
  return left;
}

/** A sign stands right before its number: "- 5 + 3" is a list item. */
function parseSigned(text: string, start: number, depth: number): Parsed | null {
  if (text[start] !== "-" && text[start] !== "−") return parseOperand(text, start, depth);
  if (depth >= maxDepth) return null;
  const parsed = parseSigned(text, start + 1, depth + 1);
  return parsed && { ...parsed, value: -parsed.value };
}

function parseOperand(text: string, start: number, depth: number): Parsed | null {
  if (text[start] !== "(") return parseNumber(text, start);
  if (depth >= maxDepth) return null;
  const inner = parseAdditions(text, skipBlanks(text, start + 1), depth + 1);
  if (!inner) return null;
  const close = skipBlanks(text, inner.end);
  return text[close] === ")" ? { ...inner, end: close + 1 } : null;
}

function parseNumber(text: string, start: number): Parsed | null {
  number.lastIndex = start;
  const digits = number.exec(text)?.[0];
  if (digits === undefined) return null;
  return { value: Number(digits.replaceAll(",", "")), end: start + digits.length, isSum: false };
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === " " || text[at] === "\t") at += 1;
  return at;
}
