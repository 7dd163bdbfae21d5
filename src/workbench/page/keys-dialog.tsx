/** The keys that do something anywhere, and the list of them. */
import { useEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { t, type MessageKey } from "./language/words.ts";
import { goTo, route, SCREENS } from "./route.ts";

const isOpen = signal(false);

export function openKeys(): void {
  isOpen.value = true;
}

const KEYS: readonly (readonly [keys: readonly string[], what: MessageKey])[] = [
  [["Alt", "1…4"], "keysScreens"],
  [["Ctrl", "Enter"], "keysSend"],
  [["Esc"], "keysCancel"],
  [["←", "→"], "keysTabs"],
  [["↑", "↓"], "keysEvents"],
  [["/"], "keysSearch"],
  [["n"], "keysProblem"],
  [["?"], "keysThis"],
];

export function KeysDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = isOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      data-testid="keys"
      aria-labelledby="keys-title"
      onClose={() => {
        isOpen.value = false;
      }}
    >
      <div class="card-head">
        <h2 id="keys-title">{t("keys")}</h2>
        <form method="dialog">
          <button class="button slim">{t("close")}</button>
        </form>
      </div>
      <dl class="keys card-body">
        {KEYS.map(([keys, what]) => (
          <>
            <dt key={what}>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(what)}</dd>
          </>
        ))}
      </dl>
    </dialog>
  );
}

export function followKeys(): void {
  addEventListener("keydown", (event) => {
    const screen = event.altKey ? SCREENS[Number(event.code.replace("Digit", "")) - 1] : undefined;
    if (screen) {
      event.preventDefault();
      goTo({ screen });
      return;
    }
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") openKeys();
    if (route.value.screen !== "wire") return;
    if (event.key === "/") {
      event.preventDefault();
      document.querySelector<HTMLElement>("#search")?.focus();
    } else if (event.key === "n") {
      document.querySelector<HTMLElement>("[data-testid=next-problem]")?.click();
    }
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=radio], [type=checkbox]), textarea, select")
  );
}
