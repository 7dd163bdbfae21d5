/** The form as it works, field by field, to be typed into Dify. */
import type { JSX } from "preact";
import type { FormField } from "../../contract.ts";
import { t } from "../language/words.ts";
import { CopyButton } from "../parts/copy-button.tsx";

export function WorkingForm({ fields }: { fields: readonly FormField[] }): JSX.Element | null {
  if (fields.length === 0) return null;
  return (
    <details class="working-form" data-testid="working-form">
      <summary>{t("workingForm")}</summary>
      <dl>
        {fields.map(({ field, label, shown }) => (
          <div key={field}>
            <dt class="soft">{label}</dt>
            <dd>{shown}</dd>
          </div>
        ))}
      </dl>
      <CopyButton
        label={t("copy")}
        text={() => fields.map(({ label, shown }) => `${label}: ${shown}`).join("\n")}
      />
    </details>
  );
}
