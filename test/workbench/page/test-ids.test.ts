/** The test ids that are documented are those of the page, and the other way round. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const PAGE = join(ROOT, "src/workbench/page");

test("every test id is documented, and every documented one exists", async () => {
  const files = (await readdir(PAGE, { recursive: true })).filter((name) => name.endsWith(".tsx"));
  const sources = await Promise.all(files.map((name) => readFile(join(PAGE, name), "utf8")));
  const used = new Set(sources.flatMap(idsInSource));
  const table = await readFile(join(ROOT, "docs/workbench-test-ids.md"), "utf8");
  const told = new Set(idsInTable(table));
  expect([...used].filter((id) => !told.has(id)).toSorted()).toEqual([]);
  expect([...told].filter((id) => !used.has(id)).toSorted()).toEqual([]);
});

/** `<>` stands for what differs. */
function idsInSource(text: string): string[] {
  const plain = [...text.matchAll(/(?:data-testid|testId)=(?:"([^"]+)"|\{`([^`]+)`\})/g)];
  const properties = [...text.matchAll(/"data-testid": (?:"([^"]+)"|`([^`]+)`)/g)];
  const given = [...text.matchAll(/<(?:TextArea|TextInput|NumberInput)\s+id="([^"]+)"/g)];
  return [...plain, ...properties, ...given]
    .map(([, fixed, template]) => (fixed ?? template ?? "").replaceAll(/\$\{[^}]*\}/g, "<>"))
    .flatMap((id) => (CHOSEN_AMONG.has(id) ? [id, `${id}-<>`] : [id]))
    .filter((id) => id !== "<>-<>");
}

/** Rows of choices: each choice has an id of its own. */
const CHOSEN_AMONG: ReadonlySet<string> = new Set(["language", "type", "view", "input-type"]);

/** Of the first column. */
function idsInTable(text: string): string[] {
  return text
    .split("\n")
    .map((line) => /^\| (`.*?) \|/.exec(line)?.[1] ?? "")
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)])
    .map(([, id = ""]) => id.replaceAll(/<[^>]*>/g, "<>"));
}
