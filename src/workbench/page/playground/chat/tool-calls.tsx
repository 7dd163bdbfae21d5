/** The tools a model wants to be called, and what they are to give back. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../language/words.ts";
import { Icon } from "../../parts/icon.tsx";
import { prettyJson } from "./answer.ts";
import { sendToolResults, type Turn } from "./chat-state.ts";

export function ToolCalls({ turn, canAnswer }: { turn: Turn; canAnswer: boolean }): JSX.Element {
  const results = useSignal<ReadonlyMap<string, string>>(new Map());
  const { toolCalls } = turn.answer.value;
  return (
    <div class="stack tight">
      {toolCalls.map(({ id, name, arguments: given }) => (
        <div key={id} class="tool-call" data-testid="tool-call">
          <p class="row tight">
            <Icon name="tool" size={14} />
            <strong data-testid="tool-call-name">{name}</strong>
            <code class="faint">{id}</code>
          </p>
          <pre class="code" data-testid="tool-call-arguments">
            {prettyJson(given)}
          </pre>
          {canAnswer && (
            <input
              class="input slim"
              data-testid="tool-result"
              aria-label={t("resultOf", { name })}
              placeholder={t("resultPlaceholder")}
              value={results.value.get(id) ?? ""}
              onInput={(event) => {
                results.value = new Map(results.value).set(id, event.currentTarget.value);
              }}
              onKeyDown={(event) => {
                if (event.key === "Enter" && !event.isComposing) sendToolResults(turn, results.value);
              }}
            />
          )}
        </div>
      ))}
      {canAnswer && (
        <div>
          <button
            type="button"
            class="button"
            data-testid="send-tool-results"
            onClick={() => sendToolResults(turn, results.value)}
          >
            {t("sendResults")}
          </button>
        </div>
      )}
    </div>
  );
}
