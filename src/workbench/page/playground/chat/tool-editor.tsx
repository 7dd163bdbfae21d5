/** The tools that are offered to the model. */
import type { JSX } from "preact";
import { t } from "../../language/words.ts";
import { Icon } from "../../parts/icon.tsx";
import { nextId, tools } from "./chat-state.ts";
import { EXAMPLE_TOOL, readTool, type ToolDraft } from "./tools.ts";

function change(draft: ToolDraft, changes: Partial<ToolDraft>): void {
  tools.value = tools.value.map((one) => (one.id === draft.id ? { ...one, ...changes } : one));
}

export function ToolEditor(): JSX.Element {
  return (
    <div class="stack tight">
      {tools.value.map((draft) => (
        <Tool key={draft.id} draft={draft} />
      ))}
      <div>
        <button
          type="button"
          class="button bare slim"
          data-testid="add-tool"
          onClick={() => {
            tools.value = [...tools.value, { id: nextId(), isOn: true, text: EXAMPLE_TOOL }];
          }}
        >
          <Icon name="plus" size={14} />
          {t("addTool")}
        </button>
      </div>
    </div>
  );
}

function Tool({ draft }: { draft: ToolDraft }): JSX.Element {
  const tool = readTool(draft.text);
  const isBroken = typeof tool === "string";
  return (
    <div class="tool" data-testid="tool" data-status={isBroken ? "complaint" : "ok"}>
      <div class="row spread">
        <label class="check">
          <input
            type="checkbox"
            data-testid="tool-on"
            checked={draft.isOn}
            onChange={(event) => change(draft, { isOn: event.currentTarget.checked })}
          />
          <code>{isBroken ? t("unreadableTool") : tool.name}</code>
        </label>
        <button
          type="button"
          class="button bare slim icon-only"
          aria-label={t("remove")}
          onClick={() => {
            tools.value = tools.value.filter(({ id }) => id !== draft.id);
          }}
        >
          <Icon name="close" size={14} />
        </button>
      </div>
      {draft.isOn && (
        <textarea
          class="input mono"
          data-testid="tool-text"
          aria-label={t("toolDefinition")}
          rows={8}
          spellcheck={false}
          value={draft.text}
          aria-invalid={isBroken}
          onInput={(event) => change(draft, { text: event.currentTarget.value })}
        />
      )}
      {isBroken && <p class="complaint">{tool}</p>}
    </div>
  );
}
