import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitText } from "../../models/tts/split-text.ts";

const words = (text: string): string => text.toWellFormed().replaceAll(/\s/g, "");

describe("a text is cut", () => {
  const cases: [string, string, number, string[]][] = [
    ["nowhere when it fits", " One. Two. ", 20, ["One. Two."]],
    ["behind sentences", "One two. Three four! Five?", 15, ["One two.", "Three four!", "Five?"]],
    ["behind as many as fit", "A b. C d. E f. G h.", 10, ["A b. C d.", "E f. G h."]],
    ["behind closing quotes", '"One two." Three four five.', 14, ['"One two."', "Three four", "five."]],
    ["not within a number", "It costs 3.14159 euros today", 14, ["It costs", "3.14159 euros", "today"]],
    [
      "behind Chinese sentences",
      "今天天气很好。我们去公园吧！你觉得呢？",
      9,
      ["今天天气很好。", "我们去公园吧！", "你觉得呢？"],
    ],
    [
      "behind Japanese quotes",
      "「行きましょう。」と言った。はい。",
      10,
      ["「行きましょう。」", "と言った。はい。"],
    ],
    ["at line breaks", "first line\nsecond line", 14, ["first line", "second line"]],
    ["at commas where no sentence ends", "one two, three four, five", 20, ["one two, three four,", "five"]],
    [
      "at Chinese commas",
      "一二三四五，六七八九十、甲乙丙丁戊己庚辛",
      12,
      ["一二三四五，六七八九十、", "甲乙丙丁戊己庚辛"],
    ],
    ["at blanks where nothing else is", "alpha beta gamma delta", 11, ["alpha beta", "gamma delta"]],
    ["within a word at last", "abcdefghijklmnop", 6, ["abcdef", "ghijkl", "mnop"]],
    ["never within a character", "😀😀😀😀", 5, ["😀😀", "😀😀"]],
    ["never within a family", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 14, ["👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]],
    ["not in front of an accent", `abcde\u0301fgh`, 5, ["abcd", "e\u0301fgh"]],
    ["to nothing when there is nothing", " \n ", 5, []],
  ];
  test.each(cases)("%s", (_name, text, limit, pieces) => {
    expect(splitText(text, limit)).toEqual(pieces);
  });

  const unit = fc.constantFrom(...Array.from("ab.,!?。，！ \n😀\u0301\u200d👍🏽"), "Mr. ", '."');
  test("into pieces that fit, and nothing but blanks is lost", () => {
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 200 }), fc.integer({ min: 2, max: 60 }), (units, limit) => {
        const text = units.join("");
        const pieces = splitText(text, limit);
        expect(words(pieces.join(""))).toBe(words(text));
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(limit);
          expect(piece.trim()).toBe(piece);
          expect(piece).not.toBe("");
          expect(piece.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});
