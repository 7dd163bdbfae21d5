/** How a broken rule is written down. */
import type * as z from "zod";

/** Where a rule stands in the protocol reference, and the rule: `trap 5: content must be text`. */
export type Rule = `${"trap" | "section"} ${string}: ${string}`;

/** Puts whom it concerns behind the number: `trap 5: invoke_llm: content must be text`. */
export function complaint(about: string, rule: string): string {
  return rule.replace(": ", () => `: ${about}: `);
}

/**
 * The rules a value breaks. A schema names its rule in its own message; where it has none, zod's words
 * stand under `section`.
 */
export function brokenRules(schema: z.ZodType, value: unknown, section: string): string[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.flatMap(flatten).map((issue) => {
    const rule = /^(?:trap|section) /.test(issue.message)
      ? issue.message
      : `section ${section}: ${issue.message}`;
    return issue.path.length === 0 ? rule : complaint(issue.path.join("."), rule);
  });
}

/** What is wrong inside the branch of a union says more than that no branch fits. */
function flatten(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const inner = issue.errors.flat().filter(({ path }) => path.length > 0);
  if (inner.length === 0) return [issue];
  return inner.flatMap((each) => flatten({ ...each, path: [...issue.path, ...each.path] }));
}
