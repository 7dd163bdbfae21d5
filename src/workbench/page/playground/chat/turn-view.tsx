/** One question and its answer. */
import type { JSX } from "preact";
import type { Message } from "../../../contract.ts";
import { t } from "../../language/words.ts";
import { Icon } from "../../parts/icon.tsx";
import { isOver } from "../../state/calls.ts";
import { CallFoot, CallProgress } from "../call-answer.tsx";
import { splitThoughts } from "./answer.ts";
import { askAgain, type Turn } from "./chat-state.ts";
import { StreamText } from "./stream-text.tsx";
import { ToolCalls } from "./tool-calls.tsx";

export function TurnView({ turn, isLast }: { turn: Turn; isLast: boolean }): JSX.Element {
  const { call } = turn;
  const state = call.state.value;
  const answer = turn.answer.value;
  const { thoughts, said } = splitThoughts(answer.text);
  const hasContent = answer.text !== "" || answer.toolCalls.length > 0;
  const status = state.status === "done" && !hasContent ? "nothing" : state.status;
  return (
    <li class="turn" data-testid="turn">
      {turn.asked.map((message, i) => (
        <Asked key={i} message={message} />
      ))}
      <div class="answer stack tight" data-testid="answer" data-status={status}>
        {thoughts !== "" && (
          <details class="thoughts" open={said === "" && answer.toolCalls.length === 0}>
            <summary>{t("thoughts")}</summary>
            <StreamText text={thoughts} testId="thoughts" />
          </details>
        )}
        {said !== "" && <StreamText text={said} testId="answer-text" />}
        {answer.toolCalls.length > 0 && <ToolCalls turn={turn} canAnswer={isLast && isOver(state)} />}
        <CallProgress state={state} hasContent={hasContent} />
        {isOver(state) && (
          <CallFoot call={call}>
            {isLast && (
              <button
                type="button"
                class="button bare slim"
                data-testid="ask-again"
                onClick={() => askAgain(turn)}
              >
                <Icon name="again" size={14} />
                {t("again")}
              </button>
            )}
            {answer.finishReason !== null && answer.finishReason !== "" && (
              <span class="small faint" title={t("finishReason")} data-testid="finish-reason">
                {answer.finishReason}
              </span>
            )}
          </CallFoot>
        )}
      </div>
    </li>
  );
}

function Asked({ message }: { message: Message }): JSX.Element {
  const parts = typeof message.content === "string" ? [] : message.content;
  const text =
    typeof message.content === "string"
      ? message.content
      : parts.map((part) => (part.type === "text" ? part.data : "")).join("");
  return (
    <div class={`asked ${message.role}`} data-testid={`asked-${message.role}`}>
      {message.role === "tool" && (
        <p class="row tight small soft">
          <Icon name="tool" size={14} />
          {t("resultOf", { name: message.name ?? "" })}
        </p>
      )}
      {parts.map((part, i) => part.type !== "text" && <Attachment key={i} part={part} />)}
      {text !== "" && <p class="plain-text">{text}</p>}
    </div>
  );
}

type Part = Exclude<Exclude<Message["content"], string>[number], { type: "text" }>;

export function Attachment({ part }: { part: Part }): JSX.Element {
  const name = part.filename ?? part.type;
  return part.type === "image" ? (
    <img class="thumb" src={`data:${part.mime_type};base64,${part.base64_data}`} alt={name} />
  ) : (
    <span class="chip">
      <Icon name="attach" size={14} />
      {name}
    </span>
  );
}
