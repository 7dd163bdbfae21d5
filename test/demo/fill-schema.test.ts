import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { fillSchema } from "../../src/demo/fill-schema.ts";

const tree = z.object({
  name: z.string(),
  get next() {
    return tree.nullable();
  },
});

/** Each is turned into its JSON Schema, filled, and then asked whether it accepts the result. */
const schemas: Record<string, z.ZodType> = {
  scalars: z.object({
    text: z.string(),
    count: z.int(),
    share: z.number(),
    sure: z.boolean(),
    none: z.null(),
  }),
  "string lengths": z.object({ long: z.string().min(40), short: z.string().max(2) }),
  formats: z.object({
    day: z.iso.date(),
    when: z.iso.datetime(),
    mail: z.email(),
    id: z.uuid(),
    link: z.url(),
  }),
  bounds: z.object({
    share: z.number().gt(0).lt(1),
    year: z.int().min(1900).max(2100),
    cost: z.number().positive(),
    debt: z.number().negative(),
    dozen: z.int().multipleOf(12).min(13),
  }),
  choices: z.object({
    unit: z.enum(["celsius", "fahrenheit"]),
    kind: z.literal("weather"),
    level: z.literal([1, 2]),
  }),
  nested: z.object({ a: z.object({ b: z.object({ c: z.object({ d: z.object({ e: z.string() }) }) }) }) }),
  lists: z.object({ tags: z.array(z.string()), pairs: z.array(z.object({ key: z.string() })).min(2) }),
  tuple: z.object({ point: z.tuple([z.number(), z.string(), z.boolean()]) }),
  union: z.object({
    either: z.union([z.int(), z.object({ name: z.string() })]),
    maybe: z.string().nullable(),
  }),
  combined: z.object({ both: z.object({ a: z.string() }).and(z.object({ b: z.int() })) }),
  recursive: z.object({ tree }),
  optional: z.object({ needed: z.string(), extra: z.enum(["red", "blue"]).optional() }),
};

describe("fillSchema", () => {
  it.each(Object.entries(schemas))("satisfies a schema with %s whatever the text", (_, schema) => {
    const json = z.toJSONSchema(schema);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(schema.safeParse(fillSchema(json, text)).error).toBeUndefined();
      }),
    );
    expect(
      schema.safeParse(fillSchema(json, "Is it below -3 or above 1e3 in blue New York?")).error,
    ).toBeUndefined();
  });

  const place = z.toJSONSchema(z.object({ place: z.string() }));

  it.each([
    ["What is the weather in Berlin today?", "Berlin"],
    ["Tell me about New York please", "New York"],
    ["what is the weather in paris today?", "paris"],
    ["pack a bag for the mountains now", "mountains"],
    ["say hello", "hello"],
    ["", "demo"],
  ])("takes a string from %j", (text, expected) => {
    expect(fillSchema(place, text)).toEqual({ place: expected });
  });

  it("hands out several names and numbers in their order", () => {
    const schema = z.object({ from: z.string(), to: z.string(), days: z.int(), cost: z.number() });
    const filled = fillSchema(z.toJSONSchema(schema), "Go from Berlin to Paris for 3 days at 99.5 a night");
    expect(filled).toEqual({ from: "Berlin", to: "Paris", days: 3, cost: 99.5 });
  });

  it("takes the enum value that is mentioned, in an optional field as well", () => {
    const unit = z.enum(["celsius", "degrees_fahrenheit"]);
    const schema = z.toJSONSchema(z.object({ place: z.string(), unit: unit.optional() }));
    expect(fillSchema(schema, "Weather in Rome in degrees Fahrenheit")).toMatchObject({
      unit: "degrees_fahrenheit",
    });
    expect(fillSchema(schema, "Weather in Rome")).toEqual({ place: "Rome" });
  });

  it.each([
    ["30 of them", 5],
    ["-7 of them", 1],
    ["3 of them", 3],
  ])("keeps to the nearest number allowed in %j", (text, count) => {
    const schema = { properties: { count: { type: "integer", minimum: 1, maximum: 5 } } };
    expect(fillSchema(schema, text)).toEqual({ count });
  });

  it("puts allOf and references together", () => {
    const named = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
    const aged = { properties: { age: { type: "integer" } }, required: ["age"] };
    const schema = { $defs: { named }, allOf: [{ $ref: "#/$defs/named" }, aged] };
    expect(fillSchema(schema, "It is Ada, 36")).toEqual({ name: "Ada", age: 36 });
  });

  it("fills every field of an object that requires none", () => {
    const schema = { type: "object", properties: { city: { type: "string" }, days: { type: "integer" } } };
    expect(fillSchema(schema, "Rome or 4 days in Pisa")).toEqual({ city: "Pisa", days: 4 });
  });

  it("meets a pattern with a word of the text", () => {
    const schema = { properties: { flight: { type: "string", pattern: "^[A-Z]{2}\\d+$" } } };
    expect(fillSchema(schema, "Is flight LH454 late?")).toEqual({ flight: "LH454" });
  });

  it("ends on references that never do", () => {
    const loop = { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } };
    expect(fillSchema(loop, "x")).toEqual({});
    expect(fillSchema({ required: ["self"], properties: { self: { $ref: "#" } } }, "x")).toHaveProperty(
      "self",
    );
  });
});
