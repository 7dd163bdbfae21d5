/** A field whose value goes to the server once and never comes back: only a mask does. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../language/words.ts";
import { Icon } from "../parts/icon.tsx";
import { secrets, setSecret } from "../state/workbench.ts";

interface Props {
  readonly id: string;
  readonly class: string;
  readonly variable: string;
  readonly placeholder: string;
}

export function SecretInput({ variable, placeholder, ...rest }: Props): JSX.Element {
  const draft = useSignal("");
  const state = secrets.value[variable];
  const keep = (): void => {
    if (draft.value === "") return;
    void setSecret(variable, draft.value);
    draft.value = "";
  };
  if (state) {
    return (
      <div class="secret" data-testid={`secret-${variable}`} data-status="set">
        <Icon name="lock" size={14} />
        <code>{state.mask}</code>
        {state.environment !== undefined && (
          <span class="small faint">
            {t("keyFromEnvironment", { name: state.environment, origin: state.origin ?? "" })}
          </span>
        )}
        <button
          type="button"
          id={rest.id}
          class="button bare slim"
          data-testid={`secret-${variable}-remove`}
          onClick={() => void setSecret(variable, null)}
        >
          {t("remove")}
        </button>
      </div>
    );
  }
  return (
    <input
      {...rest}
      type="password"
      value={draft.value}
      placeholder={placeholder}
      autocomplete="off"
      spellcheck={false}
      onInput={(event) => {
        draft.value = event.currentTarget.value;
      }}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") keep();
      }}
    />
  );
}
