/** Ctrl+Enter (or ⌘) sends, Escape cancels, wherever the focus is in a panel. */
import { isOver, type Call } from "../state/calls.ts";

interface Keys {
  readonly call: Call | undefined;
  readonly isReady: boolean;
  readonly onSend: () => void;
}

export function onSendKeys({ call, isReady, onSend }: Keys): (event: KeyboardEvent) => void {
  return (event) => {
    const isRunning = call !== undefined && !isOver(call.state.value);
    if (event.key === "Escape" && isRunning) {
      event.preventDefault();
      call.cancel();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && isReady && !isRunning) {
      event.preventDefault();
      onSend();
    }
  };
}
