/** A field for a number that is not below zero. */
import type { JSX } from "preact";
import { Field } from "../parts/field.tsx";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: number;
  readonly max?: number;
  readonly step?: number;
  /** Gets 0 for what is no number. */
  readonly onInput: (value: number) => void;
}

export function NumberInput({ id, label, value, max, step, onInput }: Props): JSX.Element {
  return (
    <Field id={id} label={label}>
      <input
        id={id}
        class="input"
        data-testid={id}
        type="number"
        min={0}
        max={max}
        step={step}
        value={value}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber || 0)}
      />
    </Field>
  );
}
