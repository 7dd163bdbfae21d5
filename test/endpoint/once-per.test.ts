import { expect, test } from "vitest";
import { oncePer, oncePerText } from "../../src/endpoint/once-per.ts";

test("an object is looked at once, whatever comes of it", () => {
  let count = 0;
  const compute = oncePer((_of: object) => {
    count += 1;
    return undefined;
  });
  const [one, other] = [{}, {}];
  for (const of of [one, other, one, other]) compute(of);
  expect(count).toBe(2);
});

test("a text is looked at once, unless that failed", () => {
  const asked: string[] = [];
  const compute = oncePerText((of) => {
    asked.push(of);
    if (of === "bad") throw new Error("bad");
    return { of };
  });
  expect(compute("good")).toBe(compute("good"));
  expect(() => compute("bad")).toThrow("bad");
  expect(() => compute("bad")).toThrow("bad");
  expect(asked).toEqual(["good", "bad", "bad"]);
});

test("no more than two hundred texts are kept, the first to come being the first to go", () => {
  const asked: string[] = [];
  const compute = oncePerText((of) => asked.push(of));
  for (let i = 0; i <= 200; i += 1) compute(String(i));
  compute("200");
  compute("1");
  expect(asked).toHaveLength(201);
  compute("0");
  expect(asked.at(-1)).toBe("0");
});
