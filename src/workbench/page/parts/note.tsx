/** A sentence that stands out: its kind shows in shape as well as in colour. */
import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export type NoteKind = "good" | "warn" | "bad" | "plain";

const ICONS: Readonly<Record<NoteKind, IconName>> = {
  good: "pass",
  warn: "warn",
  bad: "fail",
  plain: "out",
};

interface Props {
  readonly kind: NoteKind;
  readonly testId?: string;
  readonly icon?: IconName;
  readonly children: ComponentChildren;
}

export function Note({ kind, testId, icon, children }: Props): JSX.Element {
  return (
    <div class={`note ${kind}`} data-testid={testId} data-status={kind}>
      <Icon name={icon ?? ICONS[kind]} />
      {children}
    </div>
  );
}

/** Nothing is here yet. */
export function Blank({ icon, children }: { icon: IconName; children: ComponentChildren }): JSX.Element {
  return (
    <div class="blank" data-status="empty">
      <Icon name={icon} size={28} />
      {children}
    </div>
  );
}
