/** Thoughts and answer, however the text is cut. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Thoughts, type ThoughtOptions } from "../../models/llm/thoughts.ts";

type Piece = string | { thought: string };

function read(pieces: readonly Piece[], options: Partial<ThoughtOptions> = {}, complete = true): string {
  const thoughts = new Thoughts({ show: true, stream: true, ...options });
  const out = pieces.map((piece) =>
    typeof piece === "string" ? thoughts.text(piece) : thoughts.thought(piece.thought),
  );
  return [...out, thoughts.end(complete)].join("");
}

const BLOCK = "<think>\nHm\n</think>";

describe("a stream", () => {
  test.each<[string, Piece[], string]>([
    ["a block in the text", ["<think>\nHm\n</think>\n\nYes"], `${BLOCK}\n\nYes`],
    ["a block without line breaks", ["<think>Hm</think>Yes"], `${BLOCK}Yes`],
    ["blanks before the block", ["\n\n", "<think>Hm</think>", "Yes"], `${BLOCK}Yes`],
    ["an empty block", ["<think>\n\n</think>\n\nYes"], "Yes"],
    ["a block never closed", ["<think>Hm"], BLOCK],
    ["a closing tag at the start", ["</think>\n\nYes"], "Yes"],
    ["a lone closing tag", ["Hm\n", "</think>", "\nYes"], "Hm\n\nYes"],
    ["a lone closing tag at the end", ["Hm", "</think>"], "Hm"],
    ["a closing tag in quotes", ["Write `</think>` there"], "Write `</think>` there"],
    ["a closing tag before a quote", ["It is </think>", "` there"], "It is </think>` there"],
    ["tags later than the start", ["A <think>b</think> c"], "A <think>b</think> c"],
    [
      "a block behind a word of the answer",
      ["<think>Hm</think>A<think>b</think>"],
      `${BLOCK}A<think>b</think>`,
    ],
    ["two blocks", ["<think>H</think>\n<think>m</think>\nYes"], "<think>\nH\n\nm\n</think>\nYes"],
    [
      "an answer that begins with the tag",
      [{ thought: "Hm" }, "<think>", " is a tag"],
      `${BLOCK}<think> is a tag`,
    ],
    [
      "an answer behind a block that begins with the tag",
      ["<think>Hm</think><think> is"],
      `${BLOCK}<think> is`,
    ],
    ["a closing tag twice", ["<think>Hm</think></think>Yes"], `${BLOCK}Yes`],
    ["an opening tag inside a block", ["<think>H<think>m</think>A"], "<think>\nH m\n</think>A"],
    ["thoughts apart", [{ thought: "H" }, { thought: "m" }, "Yes"], `${BLOCK}Yes`],
    ["thoughts apart and blank", [{ thought: "\n " }, "Yes"], "Yes"],
    ["thoughts apart with tags", [{ thought: "<think>\nHm\n</think>\n" }, "Yes"], `${BLOCK}Yes`],
    ["blanks between thoughts", [{ thought: "H" }, "\n\n", { thought: "m" }, "Yes"], `${BLOCK}\n\nYes`],
    ["late thoughts", [{ thought: "Hm" }, "A", { thought: "late" }, "B"], `${BLOCK}AB`],
    ["thoughts only after the answer", ["A", { thought: "late" }, "B"], "AB"],
    [
      "a block after thoughts apart",
      [{ thought: "H" }, "<think>m</think>Yes"],
      "<think>\nH\n\nm\n</think>Yes",
    ],
    ["a lone tag after thoughts apart", [{ thought: "Hm" }, "A</think>"], `${BLOCK}A</think>`],
    ["thoughts that end like a tag", [{ thought: "a <" }, "b"], "<think>\na <\n</think>b"],
    ["less than a tag", ["<thin"], "<thin"],
    ["another tag", ["<thinking>x"], "<thinking>x"],
    ["nothing but blanks", [" \n"], " \n"],
  ])("%s", (_name, pieces, out) => {
    expect(read(pieces)).toBe(out);
  });

  test("tags without end are read in one go", () => {
    expect(read([`${"</think>".repeat(50_000)}Yes`])).toBe("Yes");
    expect(read([`${"<think>a</think>".repeat(50_000)}Yes`], { show: false })).toBe("Yes");
  });

  test("what went out is never called back, and nothing waits without need", () => {
    const thoughts = new Thoughts({ show: true, stream: true });
    expect([thoughts.text("<thi"), thoughts.text("nk>Hm"), thoughts.text("</think>A")]).toEqual([
      "",
      "<think>\nHm",
      "\n</think>A",
    ]);
    expect([thoughts.text(" <"), thoughts.text("b")]).toEqual([" <", "b"]);
  });
});

describe("a whole answer", () => {
  test.each<[string, string, string]>([
    ["a lone closing tag", "Hm\n</think>\n\nYes", `${BLOCK}\n\nYes`],
    ["a lone closing tag and others", "Hm</think>Yes <think>", `${BLOCK}Yes <think>`],
    ["a lone closing tag between words", "Hm.</think>Yes", "<think>\nHm.\n</think>Yes"],
    ["a closing tag in quotes", "Write `</think>` there", "Write `</think>` there"],
    ["a closing tag in a sentence", "Write </think> there", "Write </think> there"],
    ["a closing tag in brackets", "It (</think>) ends", "It (</think>) ends"],
    ["a closing tag in code", "So:\n```\n</think>\n```\n", "So:\n```\n</think>\n```\n"],
    [
      "a lone closing tag behind code",
      "So:\n```\n</think>\n```\n</think>\nYes",
      "<think>\nSo:\n```\n \n```\n</think>\nYes",
    ],
    ["an opening tag before", "A <think>b</think> c", "A <think>b</think> c"],
    ["a block", "<think>Hm</think>Yes", `${BLOCK}Yes`],
  ])("%s", (_name, text, out) => {
    expect(read([text], { stream: false })).toBe(out);
  });
});

describe("without display", () => {
  test.each<[string, Piece[], string]>([
    ["a block", ["<think>Hm</think>\n\nYes"], "Yes"],
    ["thoughts apart", [{ thought: "Hm" }, "\n\nYes"], "Yes"],
    ["thoughts before a lone tag", ["Hm</think>Yes"], "Yes"],
    ["a block never closed, and nothing else", ["<think>Yes"], "Yes"],
    ["a lone tag at the end, and nothing else", ["Yes</think>"], "Yes"],
    ["two blocks", ["<think>H</think>\n<think>m</think>Yes"], "Yes"],
    ["thoughts apart, and nothing else", [{ thought: "Yes" }], "Yes"],
    ["thoughts apart, and nothing but blanks", [{ thought: "Yes" }, "\n"], "Yes"],
    ["a block, and nothing else", ["<think>Yes</think>\n"], "Yes"],
  ])("%s", (_name, pieces, out) => {
    expect(read(pieces, { show: false, stream: false })).toBe(out);
  });

  test("thoughts that a limit cut are no answer", () => {
    expect(read(["<think>Hm"], { show: false }, false)).toBe("");
  });
});

const words = fc.array(
  fc.constantFrom("<think>", "</think>", "<", "</", "think>", "\n", " ", "`", "a", "é", "Yes", "<thi"),
  { maxLength: 12 },
);
const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 5 }));
const options = fc.record({ show: fc.boolean(), stream: fc.boolean() });

function cut(text: string, lengths: Iterator<number>): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = start + Number(lengths.next().value);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

function bare(thought: string): string {
  return thought.replaceAll(/<\/?think>/g, " ");
}

describe("any text", () => {
  test("gives the same wherever it is cut", () => {
    fc.assert(
      fc.property(words, words, cuts, options, fc.boolean(), (before, after, lengths, how, complete) => {
        const thought = before.join("");
        const text = after.join("");
        const whole = read([{ thought }, text], how, complete);
        const apart = cut(thought, lengths).map((piece) => ({ thought: piece }));
        expect(read([...apart, ...cut(text, lengths)], how, complete)).toBe(whole);
      }),
      { numRuns: 3000 },
    );
  });

  test("gives at most one block, whole and not empty, at the start", () => {
    fc.assert(
      fc.property(words, words, options, (before, after, how) => {
        const thought = before.join("");
        // Without tags of its own every tag is ours.
        const text = after.filter((word) => !/[<>]/.test(word)).join("");
        const out = read([{ thought }, text], how, false);
        expect(out).toMatch(/^(?:<think>\n\S(?:[\s\S]*\S)?\n<\/think>)?[^<]*$/);
        expect(out.match(/<\/?think>/g) ?? []).toHaveLength(how.show && /[^\s]/.test(bare(thought)) ? 2 : 0);
        expect(out.endsWith(text.trimStart())).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("loses no word of the answer", () => {
    fc.assert(
      fc.property(words, words, options, (before, after, how) => {
        const answer = `Yes${after.join("")}`;
        const thought = before.filter((word) => !word.includes("/")).join("");
        const text = `<think>${thought}</think>${answer}`;
        expect(read([text], how).endsWith(answer)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
