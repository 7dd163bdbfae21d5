/** A field for a text of one line. */
import type { JSX } from "preact";
import { Field } from "../parts/field.tsx";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly isSlim?: boolean;
  readonly onInput: (value: string) => void;
}

export function TextInput({ id, label, value, isSlim = false, onInput }: Props): JSX.Element {
  return (
    <Field id={id} label={label}>
      <input
        id={id}
        class={isSlim ? "input slim" : "input"}
        data-testid={id}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </Field>
  );
}
