/** A choice of a few, side by side: tabs that show something else, or radio buttons that set something. */
import type { JSX, TargetedKeyboardEvent } from "preact";
import { moveAmong } from "./move-among.ts";

interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface Props<T extends string> {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
  readonly testId: string;
}

export function Choices<T extends string>(props: Props<T>): JSX.Element {
  return <Row {...props} class="choices" group="radiogroup" item="radio" state="aria-checked" />;
}

/** @param controls id of the panel, if there is one */
export function Tabs<T extends string>(props: Props<T> & { readonly controls: string }): JSX.Element {
  return <Row {...props} class="tabs" group="tablist" item="tab" state="aria-selected" />;
}

interface RowProps<T extends string> extends Props<T> {
  readonly class: string;
  readonly group: "radiogroup" | "tablist";
  readonly item: "radio" | "tab";
  readonly state: "aria-checked" | "aria-selected";
  readonly controls?: string;
}

function Row<T extends string>(props: RowProps<T>): JSX.Element {
  const { choices, chosen, onChoose, testId } = props;
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const position = choices.findIndex(({ value }) => value === chosen);
    const next = moveAmong(event.key, position, choices.length);
    const choice = next === undefined ? undefined : choices[next];
    if (!choice) return;
    event.preventDefault();
    onChoose(choice.value);
    (event.currentTarget.children[next ?? 0] as HTMLElement | undefined)?.focus();
  };
  return (
    <div
      class={props.class}
      role={props.group}
      aria-label={props.label}
      data-testid={testId}
      onKeyDown={onKeyDown}
    >
      {choices.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          role={props.item}
          {...{ [props.state]: value === chosen }}
          {...(props.controls !== undefined && { "aria-controls": props.controls })}
          tabIndex={value === chosen ? 0 : -1}
          data-testid={`${testId}-${value}`}
          onClick={() => onChoose(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
