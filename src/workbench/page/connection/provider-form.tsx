/** The form of the provider's YAML, as Dify shows it when a model is added. */
import type { JSX } from "preact";
import type { Bootstrap, ModelType } from "../../contract.ts";
import { inWords, optional, t } from "../language/words.ts";
import { Icon } from "../parts/icon.tsx";
import { Note } from "../parts/note.tsx";
import {
  bootstrap,
  chooseType,
  connection,
  listed,
  listModels,
  model,
  resolved,
  secrets,
  setModel,
  type,
} from "../state/workbench.ts";
import { FormField, Needed } from "./form-field.tsx";
import { lostFields, missingFields, shownFields } from "./form-rules.ts";
import { ladder, stopValidation, validate } from "./validation.ts";

export function ProviderForm(): JSX.Element | null {
  const known = bootstrap.value;
  if (!known) return null;
  const { fields } = known.form;
  const { values } = connection.value;
  const shown = shownFields(fields, type.value, values);
  const lost = lostFields(fields, type.value, values);
  const missing = missingFields(shown, values, (variable) => variable in secrets.value);
  const isReady = missing.length === 0 && model.value !== "";
  const complaints = new Map((resolved.value?.complaints ?? []).map((one) => [one.field, one.message]));
  return (
    <form
      class="card provider-form"
      data-testid="provider-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void validate();
      }}
    >
      <div class="card-head">
        <h2>{inWords(known.provider.label)}</h2>
      </div>
      <div class="card-body stack">
        <ModelFields known={known} />
        <p class="divider">{t("modelCredential")}</p>
        {shown.map((field) => (
          <FormField
            key={field.variable}
            field={field}
            complaint={optional(
              complaints.get(field.variable) ??
                (field.variable === "api_key" ? resolved.value?.keyWithheld : undefined),
            )}
          />
        ))}
        {lost.length > 0 && (
          <Note kind="warn" testId="lost-fields">
            {t("lostFields", { fields: lost.map(({ label }) => inWords(label)).join(", ") })}
          </Note>
        )}
      </div>
      <Foot isReady={isReady} missing={missing.map(({ label }) => inWords(label))} />
    </form>
  );
}

function ModelFields({ known }: { known: Bootstrap }): JSX.Element {
  const { modelName } = known.form;
  const offered = listed.value.models.filter((one) => one.type === undefined || one.type === type.value);
  return (
    <>
      <div class="field">
        <label for="field-model">
          {inWords(modelName.label)} <Needed />
        </label>
        <div class="with-button">
          <input
            id="field-model"
            class="input"
            data-testid="input-model"
            value={model.value}
            placeholder={optional(modelName.placeholder)}
            list="listed-models"
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setModel(event.currentTarget.value)}
          />
          <button type="button" class="button" data-testid="list-models" onClick={() => void listModels()}>
            {t("listModels")}
          </button>
        </div>
        <datalist id="listed-models">
          {offered.map(({ id }) => (
            <option key={id} value={id} />
          ))}
        </datalist>
        <ModelChips offered={offered.map(({ id }) => id)} />
      </div>
      <div class="field">
        <label for="field-model_type">
          {t("modelType")} <Needed />
        </label>
        <select
          id="field-model_type"
          class="input"
          data-testid="input-model_type"
          value={type.value}
          onChange={(event) => chooseType(event.currentTarget.value as ModelType)}
        >
          {known.types.map((one) => (
            <option key={one.type} value={one.type}>
              {inWords(one.label)}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}

const MOST_CHIPS = 12;

function ModelChips({ offered }: { offered: readonly string[] }): JSX.Element | null {
  const { error, models } = listed.value;
  if (error !== undefined) return <Note kind="warn">{error}</Note>;
  if (models.length === 0) return null;
  if (offered.length === 0) return <p class="small faint">{t("noModelOfType", { count: models.length })}</p>;
  return (
    <div class="row tight" data-testid="listed-models">
      {offered.slice(0, MOST_CHIPS).map((id) => (
        <button key={id} type="button" class="button slim" onClick={() => setModel(id)}>
          {id}
        </button>
      ))}
      {offered.length > MOST_CHIPS && (
        <span class="small faint">{t("andMore", { count: offered.length - MOST_CHIPS })}</span>
      )}
    </div>
  );
}

function Foot({ isReady, missing }: { isReady: boolean; missing: readonly string[] }): JSX.Element {
  const isRunning = ladder.value.status === "running";
  return (
    <div class="form-foot">
      <p class="small faint">
        {missing.length > 0 ? t("stillMissing", { fields: missing.join(", ") }) : t("validateHelp")}
      </p>
      {isRunning ? (
        <button type="button" class="button" data-testid="stop-validation" onClick={stopValidation}>
          <Icon name="stop" />
          {t("cancel")}
        </button>
      ) : (
        <button type="submit" class="button main" data-testid="validate" disabled={!isReady}>
          {t("validate")}
        </button>
      )}
    </div>
  );
}
