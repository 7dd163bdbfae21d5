/** A panel of two halves: what is asked, and what comes of it. */
import type { ComponentChildren, JSX } from "preact";
import { t } from "../language/words.ts";
import type { Call } from "../state/calls.ts";
import { model } from "../state/workbench.ts";
import { CallAnnouncer, CallAnswer, SendButton } from "./call-answer.tsx";
import { onSendKeys } from "./send-keys.ts";

interface Props {
  readonly call: Call | undefined;
  readonly sendLabel: string;
  /** Whether what is to be asked is complete, the model's name apart. */
  readonly isReady: boolean;
  readonly onSend: () => void;
  readonly request: ComponentChildren;
  readonly blank: string;
  readonly hasContent: boolean;
  readonly children: ComponentChildren;
}

export function RequestAndAnswer(props: Props): JSX.Element {
  const { call, onSend } = props;
  const isReady = props.isReady && model.value !== "";
  return (
    <div class="halves" onKeyDown={onSendKeys({ call, isReady, onSend })}>
      <section class="card" aria-labelledby="request-title">
        <div class="card-head">
          <h2 id="request-title">{t("request")}</h2>
          <SendButton call={call} label={props.sendLabel} isReady={isReady} onSend={onSend} />
        </div>
        <div class="card-body stack">{props.request}</div>
      </section>
      <section class="card" aria-labelledby="answer-title">
        <div class="card-head">
          <h2 id="answer-title">{t("answer")}</h2>
        </div>
        <div class="card-body">
          <CallAnnouncer call={call} />
          <CallAnswer call={call} blank={props.blank} hasContent={props.hasContent}>
            {props.children}
          </CallAnswer>
        </div>
      </section>
    </div>
  );
}
