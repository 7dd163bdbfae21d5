/** A conversation with a language model. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { JSX } from "preact";
import { t } from "../../language/words.ts";
import { Blank } from "../../parts/note.tsx";
import { CallAnnouncer } from "../call-answer.tsx";
import { onSendKeys } from "../send-keys.ts";
import { ChatOptions } from "./chat-options.tsx";
import { clearChat, lastCall, sendDraft, turns } from "./chat-state.ts";
import { Composer, isReadyToSend } from "./composer.tsx";
import { TurnView } from "./turn-view.tsx";

export function ChatPanel(): JSX.Element {
  const call = lastCall();
  return (
    <div class="chat" onKeyDown={onSendKeys({ call, isReady: isReadyToSend(), onSend: sendDraft })}>
      <section class="card conversation" aria-label={t("conversation")}>
        <div class="card-head">
          <h2>{t("conversation")}</h2>
          <button
            type="button"
            class="button bare slim"
            data-testid="clear-chat"
            disabled={turns.value.length === 0}
            onClick={clearChat}
          >
            {t("clear")}
          </button>
        </div>
        <CallAnnouncer call={call} />
        <Turns />
        <Composer />
      </section>
      <section class="card" aria-label={t("request")}>
        <div class="card-head">
          <h2>{t("request")}</h2>
        </div>
        <ChatOptions />
      </section>
    </div>
  );
}

/** Within so many pixels of its end, it follows what comes. */
const NEAR = 80;

function Turns(): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const shown = turns.value;
  // Read here, so that each piece of the answer draws this anew.
  const length = shown.at(-1)?.answer.value.text.length;
  useLayoutEffect(() => {
    follows.current = true;
  }, [shown]);
  useLayoutEffect(() => {
    const { current } = list;
    if (current && follows.current) current.scrollTop = current.scrollHeight;
  }, [shown, length, shown.at(-1)?.call.state.value.status]);
  return (
    <div
      ref={list}
      class="turns"
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={t("turns")}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < NEAR;
      }}
    >
      {shown.length === 0 ? (
        <Blank icon="playground">
          <p>{t("chatBlank")}</p>
        </Blank>
      ) : (
        <ol class="stack">
          {shown.map((turn, i) => (
            <TurnView key={turn.id} turn={turn} isLast={i === shown.length - 1} />
          ))}
        </ol>
      )}
    </div>
  );
}
