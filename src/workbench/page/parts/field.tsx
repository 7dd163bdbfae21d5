/** A control under its label. */
import type { ComponentChildren, JSX } from "preact";

interface Props {
  /** The control's. */
  readonly id: string;
  readonly label: string;
  readonly children: ComponentChildren;
}

export function Field({ id, label, children }: Props): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
    </div>
  );
}
