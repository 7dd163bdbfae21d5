/** A field for a text of several lines. */
import type { JSX } from "preact";
import { Field } from "../parts/field.tsx";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly rows?: number;
  readonly placeholder?: string;
  readonly onInput: (value: string) => void;
}

export function TextArea({ id, label, value, rows = 6, placeholder, onInput }: Props): JSX.Element {
  return (
    <Field id={id} label={label}>
      <textarea
        id={id}
        class="input"
        data-testid={id}
        rows={rows}
        placeholder={placeholder}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </Field>
  );
}
