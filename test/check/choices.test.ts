/** What a check says to choose is what the form offers. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { expect, test } from "vitest";
import { shownValue } from "../../src/check/choices.ts";
import { ROOT } from "./run-check.ts";

interface Form {
  model_credential_schema: {
    credential_form_schemas: readonly {
      variable: string;
      options?: readonly { value: string; label: { en_US: string } }[];
    }[];
  };
}

const form = load(await readFile(join(ROOT, "provider/openai_compatible.yaml"), "utf8")) as Form;
const choices = form.model_credential_schema.credential_form_schemas.flatMap(({ variable, options = [] }) =>
  options.map(({ value, label }) => [variable, value, label.en_US] as const),
);

test.each(choices)("%s = %s: %s", (field, value, label) => {
  expect(shownValue(field, value)).toBe(label);
});

test("what is typed is shown as it is", () => {
  expect(shownValue("display_name", "off")).toBe("off");
});
