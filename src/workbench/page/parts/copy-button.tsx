/** Copies a text, and says so where it was asked for. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../language/words.ts";
import { Icon } from "./icon.tsx";

interface Props {
  readonly label: string;
  /** Asked for when the button is pressed. */
  readonly text: () => string | Promise<string>;
  readonly testId?: string;
}

export function CopyButton({ label, text, testId }: Props): JSX.Element {
  const copied = useSignal<"no" | "yes" | "failed">("no");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await text());
      copied.value = "yes";
    } catch {
      copied.value = "failed";
    }
    setTimeout(() => {
      copied.value = "no";
    }, 2_000);
  };
  const shown = { no: label, yes: t("copied"), failed: t("copyFailed") }[copied.value];
  return (
    <button
      type="button"
      class="button bare slim"
      data-testid={testId}
      data-status={copied.value}
      onClick={() => void copy()}
    >
      <Icon name={copied.value === "yes" ? "pass" : "copy"} size={14} />
      <span aria-live="polite">{shown}</span>
    </button>
  );
}
