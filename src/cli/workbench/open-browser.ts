import { spawn } from "node:child_process";

const PROGRAMS: Partial<Record<NodeJS.Platform, string>> = { darwin: "open", linux: "xdg-open" };

/** Opens an address in the user's browser, if there is one; if not, they have the address. */
export function openBrowser(url: string): void {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const program = PROGRAMS[process.platform];
  if (program === undefined || (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY)) return;
  const child = spawn(program, [url], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
