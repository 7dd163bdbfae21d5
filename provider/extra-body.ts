/** Fields that people add to a request by hand. */

/** Names of the same limit; servers refuse two of them. */
const TOKEN_LIMITS: readonly string[] = ["max_tokens", "max_completion_tokens", "max_output_tokens"];

/** Later ones win, over each other and over our own fields. Tools are added to the others. */
export function withExtraBodies(body: object, extras: readonly object[]): object {
  return extras.filter(saysAnything).reduce((fields, extra) => {
    const limited = TOKEN_LIMITS.some((name) => name in extra);
    const kept = Object.entries(fields).filter(([name]) => !(limited && TOKEN_LIMITS.includes(name)));
    const tools = [...toolsOf(fields), ...toolsOf(extra)];
    return { ...Object.fromEntries(kept), ...extra, ...(tools.length > 0 && { tools }) };
  }, body);
}

function saysAnything(extra: object): boolean {
  return Object.keys(extra).length > 0;
}

function toolsOf({ tools }: { tools?: unknown }): readonly unknown[] {
  return Array.isArray(tools) ? (tools as unknown[]) : [];
}
