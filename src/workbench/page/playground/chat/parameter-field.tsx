/** One parameter of the model's schema: sent only when it is switched on, as in Dify. */
import type { JSX } from "preact";
import type { ModelSchema } from "../../../contract.ts";
import { locale } from "../../state/preferences.ts";
import { parameters, type ParameterValue } from "./chat-state.ts";

type Rule = ModelSchema["parameter_rules"][number];

function set(name: string, value: ParameterValue | undefined): void {
  const { [name]: _old, ...rest } = parameters.value;
  parameters.value = value === undefined ? rest : { ...rest, [name]: value };
}

export function ParameterField({ rule }: { rule: Rule }): JSX.Element {
  const value = parameters.value[rule.name];
  const label = rule.label[locale.value] ?? rule.label.en_US;
  const help = rule.help?.[locale.value] ?? rule.help?.en_US;
  return (
    <div class="parameter" title={help} data-testid={`parameter-${rule.name}`}>
      <label class="check">
        <input
          type="checkbox"
          checked={value !== undefined}
          onChange={(event) => set(rule.name, event.currentTarget.checked ? startOf(rule) : undefined)}
        />
        <span>{label}</span>
      </label>
      {value !== undefined && <Value rule={rule} value={value} label={label} />}
    </div>
  );
}

function startOf({ type, default: fallback, min, options }: Rule): ParameterValue {
  if (fallback !== undefined) return fallback;
  if (type === "boolean") return true;
  return type === "string" || type === "text" ? (options?.[0] ?? "") : (min ?? 0);
}

interface ValueProps {
  readonly rule: Rule;
  readonly value: ParameterValue;
  readonly label: string;
}

function Value({ rule, value, label }: ValueProps): JSX.Element {
  const common = { "aria-label": label, "data-testid": `parameter-${rule.name}-value` };
  const { type, options = [] } = rule;
  if (type === "boolean" || options.length > 0) {
    const choices = type === "boolean" ? ["true", "false"] : options;
    return (
      <select
        {...common}
        class="input slim"
        value={String(value)}
        onChange={({ currentTarget }) =>
          set(rule.name, type === "boolean" ? currentTarget.value === "true" : currentTarget.value)
        }
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  if (type === "text") {
    return (
      <textarea
        {...common}
        class="input mono wide"
        rows={3}
        value={String(value)}
        onInput={({ currentTarget }) => set(rule.name, currentTarget.value)}
      />
    );
  }
  if (type === "int" || type === "float") {
    return (
      <input
        {...common}
        class="input slim"
        type="number"
        value={String(value)}
        min={rule.min}
        max={rule.max}
        step={type === "int" ? 1 : "any"}
        onInput={({ currentTarget: { valueAsNumber } }) => {
          if (!Number.isNaN(valueAsNumber)) set(rule.name, valueAsNumber);
        }}
      />
    );
  }
  return (
    <input
      {...common}
      class="input slim"
      value={String(value)}
      onInput={({ currentTarget }) => set(rule.name, currentTarget.value)}
    />
  );
}
