/** Matches names as a shell would, but `*` stands for slashes as well, and letters are equal in either case. */
export function matchesName(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "is").test(name);
}
