/** Which screen is shown: it stands in the address's fragment, and can be linked to. Secrets never do. */
import { signal } from "@preact/signals";
import type { ModelType } from "../contract.ts";
import { chooseType, isModelType } from "./state/workbench.ts";

export const SCREENS = ["connection", "playground", "wire", "faults"] as const;
export type Screen = (typeof SCREENS)[number];

/** A screen, with the model type or the call that is looked at. */
export type Route =
  | { readonly screen: "connection" | "playground"; readonly type?: ModelType }
  | { readonly screen: "wire"; readonly call?: string }
  | { readonly screen: "faults" };

export const route = signal<Route>({ screen: "connection" });

export function readRoute(hash: string): Route {
  const [, name = "", rest = ""] = hash.split("/");
  const detail = decodeURIComponent(rest);
  const screen = SCREENS.find((one) => one === name) ?? "connection";
  if (screen === "faults") return { screen };
  if (screen === "wire") return detail === "" ? { screen } : { screen, call: detail };
  return isModelType(detail) ? { screen, type: detail } : { screen };
}

export function hrefOf(to: Route): string {
  const detail = to.screen === "wire" ? to.call : to.screen === "faults" ? undefined : to.type;
  return detail === undefined ? `#/${to.screen}` : `#/${to.screen}/${encodeURIComponent(detail)}`;
}

export function goTo(next: Route): void {
  location.hash = hrefOf(next);
}

export function followAddress(): void {
  addEventListener("hashchange", takeRoute);
  takeRoute();
}

function takeRoute(): void {
  const next = readRoute(location.hash);
  if ("type" in next && next.type !== undefined) chooseType(next.type);
  route.value = next;
}
