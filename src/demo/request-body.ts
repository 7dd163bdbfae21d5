/** Checking what a client sent, and naming the field at fault the way OpenAI does: `messages[0].role`. */
import type * as z from "zod";
import { ApiError } from "./api-error.ts";

export function checkBody<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = deepestIssue(result.error.issues);
  const param = paramName(path);
  throw new ApiError(400, param ? `Invalid value for '${param}': ${message}` : message, {
    param: param || null,
  });
}

export async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new ApiError(400, "We could not parse the JSON body of your request.");
  }
}

export async function readForm(request: Request): Promise<Record<string, unknown>> {
  try {
    return Object.fromEntries(await request.formData());
  } catch {
    throw new ApiError(400, "We could not parse your request as multipart/form-data.");
  }
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A union reports only itself; the branch that got furthest names the field a person has to mend. */
function deepestIssue(issues: readonly z.core.$ZodIssue[]): Fault {
  const [issue] = issues;
  if (!issue) return { path: [], message: "Invalid request." };
  if (issue.code !== "invalid_union") return issue;
  let deepest: Fault = issue;
  for (const branch of issue.errors) {
    const inner = deepestIssue(branch);
    const path = [...issue.path, ...inner.path];
    if (path.length > deepest.path.length) deepest = { path, message: inner.message };
  }
  return deepest;
}

function paramName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === "number") return `${name}[${key}]`;
    return name ? `${name}.${String(key)}` : String(key);
  }, "");
}
