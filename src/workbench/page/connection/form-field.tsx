/** One field of the provider's form, drawn as Dify's console draws it. */
import type { ComponentChildren, JSX } from "preact";
import type { Field } from "../../contract.ts";
import { inWords, optional, t } from "../language/words.ts";
import { connection, setValue } from "../state/workbench.ts";
import { SecretInput } from "./secret-input.tsx";

interface Props {
  readonly field: Field;
  /** What is wrong with its value. */
  readonly complaint?: string | undefined;
}

export function FormField({ field, complaint }: Props): JSX.Element {
  const { variable, label, required, help } = field;
  const isRadio = field.type === "radio";
  const complaintId = `complaint-${variable}`;
  return (
    <div
      class="field"
      data-testid={`field-${variable}`}
      data-status={complaint === undefined ? "ok" : "complaint"}
    >
      {isRadio ? (
        <span class="label" id={`label-${variable}`}>
          {inWords(label)}
        </span>
      ) : (
        <label for={`field-${variable}`}>
          {inWords(label)} {required && <Needed />}
        </label>
      )}
      <Control field={field} describedBy={complaint === undefined ? undefined : complaintId} />
      {help && <p class="small faint">{inWords(help)}</p>}
      {complaint !== undefined && (
        <p class="complaint" id={complaintId}>
          {complaint}
        </p>
      )}
    </div>
  );
}

export function Needed(): JSX.Element {
  return (
    <span class="needed" title={t("required")}>
      <span aria-hidden="true">*</span>
      <span class="unseen">{t("required")}</span>
    </span>
  );
}

interface ControlProps {
  readonly field: Field;
  readonly describedBy: string | undefined;
}

function Control({ field, describedBy }: ControlProps): JSX.Element {
  const { variable, placeholder, maxLength, options = [] } = field;
  const value = connection.value.values[variable] ?? "";
  const common = {
    id: `field-${variable}`,
    class: "input",
    "data-testid": `input-${variable}`,
    ...(describedBy !== undefined && { "aria-describedby": describedBy, "aria-invalid": true }),
  };
  switch (field.type) {
    case "text-input":
      return (
        <input
          {...common}
          type="text"
          value={value}
          placeholder={optional(placeholder) ?? t("pleaseEnter")}
          maxLength={maxLength}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setValue(variable, event.currentTarget.value)}
        />
      );
    case "secret-input":
      return (
        <SecretInput
          {...common}
          variable={variable}
          placeholder={optional(placeholder) ?? t("pleaseEnter")}
        />
      );
    case "select":
      return (
        <select {...common} value={value} onChange={(event) => setValue(variable, event.currentTarget.value)}>
          {value === "" && <option value="">{t("pleaseSelect")}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {inWords(option.label)}
            </option>
          ))}
        </select>
      );
    case "radio":
      return (
        <Radio variable={variable} isWide={options.length > 2}>
          {options.map((option) => (
            <label key={option.value} class="radio" data-testid={`input-${variable}-${option.value}`}>
              <input
                type="radio"
                id={option.value === value ? `field-${variable}` : undefined}
                name={variable}
                checked={option.value === value}
                onChange={() => setValue(variable, option.value)}
              />
              <span>{inWords(option.label)}</span>
            </label>
          ))}
        </Radio>
      );
    default:
      return field.type satisfies never;
  }
}

interface RadioProps {
  readonly variable: string;
  readonly isWide: boolean;
  readonly children: ComponentChildren;
}

function Radio({ variable, isWide, children }: RadioProps): JSX.Element {
  return (
    <div
      class={isWide ? "radios wide" : "radios"}
      role="radiogroup"
      aria-labelledby={`label-${variable}`}
      data-testid={`input-${variable}`}
    >
      {children}
    </div>
  );
}
