/** What goes along with every question, and what Dify is told the model can do. */
import { useEffect } from "preact/hooks";
import type { ComponentChildren, JSX } from "preact";
import { formatCount } from "../../format-number.ts";
import { t } from "../../language/words.ts";
import { Note } from "../../parts/note.tsx";
import { subject } from "../../state/workbench.ts";
import { TextArea } from "../text-area.tsx";
import { TextInput } from "../text-input.tsx";
import { isStreamed, loadSchema, parameters, schema, stopWords, system, tools } from "./chat-state.ts";
import { ParameterField } from "./parameter-field.tsx";
import { ToolEditor } from "./tool-editor.tsx";

export function ChatOptions(): JSX.Element {
  const asked = subject.value;
  useEffect(() => {
    if (asked.model !== "") void loadSchema();
  }, [asked]);
  const rules = schema.value.schema?.parameter_rules ?? [];
  const switchedOn = Object.keys(parameters.value).length;
  const offered = tools.value.filter(({ isOn }) => isOn).length;
  return (
    <div class="options">
      <div class="option-body stack tight">
        <TextArea
          id="system"
          label={t("system")}
          rows={2}
          placeholder={t("systemPlaceholder")}
          value={system.value}
          onInput={(value) => {
            system.value = value;
          }}
        />
        <label class="check">
          <input
            type="checkbox"
            data-testid="stream"
            checked={isStreamed.value}
            onChange={(event) => {
              isStreamed.value = event.currentTarget.checked;
            }}
          />
          <span>{t("stream")}</span>
        </label>
        <TextInput
          id="stop"
          label={t("stopWords")}
          value={stopWords.value}
          isSlim
          onInput={(value) => {
            stopWords.value = value;
          }}
        />
      </div>
      <Section title={t("tools")} count={offered} testId="tools">
        <ToolEditor />
      </Section>
      <Section title={t("parameters")} count={switchedOn} testId="parameters">
        {rules.map((rule) => (
          <ParameterField key={rule.name} rule={rule} />
        ))}
        {rules.length === 0 && !schema.value.error && <p class="small faint">{t("noParameters")}</p>}
      </Section>
      <Section title={t("toldToDify")} testId="told-to-dify">
        <ToldToDify />
      </Section>
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly count?: number;
  readonly testId: string;
  readonly children: ComponentChildren;
}

function Section({ title, count = 0, testId, children }: SectionProps): JSX.Element {
  return (
    <details class="option" data-testid={testId}>
      <summary>
        {title}
        {count > 0 && <span class="chip">{count}</span>}
      </summary>
      <div class="option-body stack tight">{children}</div>
    </details>
  );
}

function ToldToDify(): JSX.Element {
  const { schema: told, error } = schema.value;
  if (error) return <Note kind="bad">{error.message}</Note>;
  if (!told) return <p class="small faint">{t("noSchema")}</p>;
  const { mode, context_size } = told.model_properties;
  return (
    <div class="row tight">
      {mode !== undefined && <span class="chip">{mode}</span>}
      {context_size !== undefined && (
        <span class="chip">{t("contextOf", { tokens: formatCount(context_size) })}</span>
      )}
      {told.features.map((feature) => (
        <span key={feature} class="chip">
          {feature}
        </span>
      ))}
    </div>
  );
}
