/** The answer to a call: nothing yet, on its way, failed, empty or there are five different pictures. */
import type { ComponentChildren, JSX } from "preact";
import { t } from "../language/words.ts";
import { Icon } from "../parts/icon.tsx";
import { Blank, Note } from "../parts/note.tsx";
import { NumbersStrip } from "../parts/numbers.tsx";
import { hrefOf } from "../route.ts";
import { isOver, type Call, type CallState } from "../state/calls.ts";

interface Props {
  readonly call: Call | undefined;
  /** What to do to get one. */
  readonly blank: string;
  /** Whether it has brought anything so far. */
  readonly hasContent: boolean;
  readonly children: ComponentChildren;
}

export function CallAnswer({ call, blank, hasContent, children }: Props): JSX.Element {
  if (!call) {
    return (
      <Blank icon="send">
        <p>{blank}</p>
      </Blank>
    );
  }
  const state = call.state.value;
  return (
    <div class="answer stack" data-testid="answer" data-status={pictureOf(state, hasContent)}>
      {hasContent && children}
      <CallProgress state={state} hasContent={hasContent} />
      <CallFoot call={call} />
    </div>
  );
}

/** `data-status` of an answer. */
function pictureOf({ status }: CallState, hasContent: boolean): string {
  return status === "done" && !hasContent ? "nothing" : status;
}

export function CallProgress({
  state,
  hasContent,
}: {
  state: CallState;
  hasContent: boolean;
}): JSX.Element | null {
  const { status, error, ahead } = state;
  if (status === "waiting" || status === "running") {
    if (hasContent) return null;
    return (
      <p class="row soft">
        <span class="spinner" />
        {ahead > 0 && status === "waiting" ? t("waitingBehind", { count: ahead }) : t("waitingForAnswer")}
      </p>
    );
  }
  if (status === "cancelled")
    return (
      <Note kind="plain" icon="stop">
        {t("callCancelled")}
      </Note>
    );
  if (status === "failed") {
    return (
      <Note kind="bad" testId="call-error">
        <div class="stack tight">
          <strong data-testid="call-error-type">{error?.type ?? t("callFailed")}</strong>
          <span data-testid="call-error-message">{error?.message}</span>
          {error?.type === "InvokeAuthorizationError" && (
            <span class="small">{t("authorizationInApps")}</span>
          )}
        </div>
      </Note>
    );
  }
  if (hasContent) return null;
  return (
    <Note kind="warn" testId="call-nothing">
      {t("succeededWithNothing")}
    </Note>
  );
}

interface FootProps {
  readonly call: Call;
  /** What else there is to say or do. */
  readonly children?: ComponentChildren;
}

export function CallFoot({ call, children }: FootProps): JSX.Element | null {
  const { id, numbers } = call.state.value;
  if (id === undefined) return null;
  return (
    <div class="call-foot">
      {numbers && <NumbersStrip numbers={numbers} />}
      <div class="row">
        <a class="to-wire" data-testid="see-wire" href={hrefOf({ screen: "wire", call: id })}>
          <Icon name="wire" size={14} />
          {t("seeWire")}
        </a>
        {children}
      </div>
    </div>
  );
}

interface SendProps {
  readonly call: Call | undefined;
  readonly label: string;
  readonly isReady: boolean;
  readonly onSend: () => void;
}

/** Sends, and while the answer is on its way, cancels. */
export function SendButton({ call, label, isReady, onSend }: SendProps): JSX.Element {
  const isRunning = call !== undefined && !isOver(call.state.value);
  if (isRunning) {
    return (
      <button type="button" class="button" data-testid="cancel" title="Esc" onClick={() => call.cancel()}>
        <Icon name="stop" />
        {t("cancel")}
      </button>
    );
  }
  return (
    <button
      type="button"
      class="button main"
      data-testid="send"
      title="Ctrl+Enter"
      disabled={!isReady}
      onClick={onSend}
    >
      <Icon name="send" />
      {label}
    </button>
  );
}

/** Tells a screen reader when an answer begins and ends, not every word of it. */
export function CallAnnouncer({ call }: { call: Call | undefined }): JSX.Element {
  const status = call?.state.value.status;
  const told =
    status === undefined
      ? ""
      : status === "waiting" || status === "running"
        ? t("answering")
        : t(status === "done" ? "answerComplete" : status === "failed" ? "callFailed" : "callCancelled");
  return (
    <p class="unseen" role="status" data-testid="announcer">
      {told}
    </p>
  );
}
