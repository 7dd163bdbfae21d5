import { expect, test } from "vitest";
import { onAbort } from "../../src/endpoint/abort.ts";

test("whoever still listens is told, once", () => {
  const controller = new AbortController();
  const told: string[] = [];
  onAbort(controller.signal, () => told.push("first"));
  const forget = onAbort(controller.signal, () => told.push("gone"));
  onAbort(controller.signal, () => told.push("last"));
  forget();
  controller.abort();
  controller.abort();
  expect(told).toEqual(["first", "last"]);
});

test("what is aborted already is told at once", () => {
  const told: string[] = [];
  onAbort(AbortSignal.abort(), () => told.push("now"));
  expect(told).toEqual(["now"]);
});
