import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findSum } from "../../src/demo/arithmetic.ts";

interface Written {
  readonly text: string;
  readonly value: number;
}

const operations = {
  "+": (left: number, right: number) => left + right,
  "-": (left: number, right: number) => left - right,
  "*": (left: number, right: number) => left * right,
  "/": (left: number, right: number) => left / right,
};

const literal: fc.Arbitrary<Written> = fc
  .tuple(fc.nat(2000), fc.constantFrom("", ".5", ".25"), fc.boolean())
  .map(([whole, decimals, isNegative]) => {
    const text = `${isNegative ? "-" : ""}${whole}${decimals}`;
    return { text, value: Number(text) };
  });

function joined(operand: fc.Arbitrary<Written>): fc.Arbitrary<Written> {
  const operator = fc.constantFrom<keyof typeof operations>("+", "-", "*", "/");
  return fc.tuple(operand, operator, operand, fc.constantFrom("", " ")).map(([left, sign, right, blank]) => ({
    text: `${left.text}${blank}${sign}${blank}${right.text}`,
    value: operations[sign](left.value, right.value),
  }));
}

/** Every inner sum in parentheses, so that the value needs no rule of precedence. */
const { sum } = fc.letrec<{ operand: Written; sum: Written }>((tie) => ({
  operand: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    literal,
    tie("sum").map(({ text, value }) => ({ text: `(${text})`, value })),
  ),
  sum: joined(tie("operand")),
}));

describe("findSum", () => {
  it("works out any parenthesised sum, wherever it stands in a sentence", () => {
    fc.assert(
      fc.property(sum, fc.constantFrom("", "What is ", "算一下："), ({ text, value }, before) => {
        expect(findSum(`${before}${text}?`)).toEqual({ expression: text, value });
      }),
    );
  });

  it.each([
    ["2 + 3 * 4", 14],
    ["2 * 3 + 4", 10],
    ["10 - 4 - 3", 3],
    ["100 / 5 / 2", 10],
    ["2,500 * 2", 5000],
    ["6 × 7 − 2 ÷ 2", 41],
    ["--5 + 1", 6],
  ])("keeps to the usual order in %s", (expression, value) => {
    expect(findSum(expression)).toEqual({ expression, value });
  });

  it.each([
    ["12 * 7.", "12 * 7"],
    ["1 + 2 is what, and 3?", "1 + 2"],
    ["3 * 4 + (5", "3 * 4"],
    ["- 5 + 3", "5 + 3"],
    ["gpt-4 + 2", "4 + 2"],
  ])("reads as far as the sum goes in %s", (text, expression) => {
    expect(findSum(text)?.expression).toBe(expression);
  });

  it.each(["", "42", "(42)", "-5", "on 2025-01-31", "gpt-4", "v1.2-3", "2 ** 3", "2 + 3^2", "1,50 * 2"])(
    "finds no sum in %j",
    (text) => {
      expect(findSum(text)).toBeNull();
    },
  );

  it("is not brought down by endless parentheses", () => {
    expect(findSum(`${"(".repeat(100_000)}1 + 2`)?.value).toBe(3);
    expect(findSum("-".repeat(100_000))).toBeNull();
  });
});
