/**
 * The token of this launch. It comes once, in the fragment of the address, leaves the address bar at once,
 * and lasts as long as the tab.
 */
const KEY = "workbench-token";

export function token(): string {
  return sessionStorage.getItem(KEY) ?? "";
}

export function takeTokenFromAddress(): void {
  const given = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (given === undefined) return;
  sessionStorage.setItem(KEY, decodeURIComponent(given));
  history.replaceState(null, "", `${location.pathname}${location.search}#/connection`);
}
