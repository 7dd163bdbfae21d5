/** A place to drop files on; who cannot drag presses it. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Icon } from "./icon.tsx";

interface Props {
  readonly label: string;
  readonly accept: string;
  readonly testId: string;
  readonly onFiles: (files: readonly File[]) => void;
}

export function DropZone({ label, accept, testId, onFiles }: Props): JSX.Element {
  const isOver = useSignal(false);
  return (
    <label
      class={isOver.value ? "drop-zone over" : "drop-zone"}
      onDragOver={(event) => {
        event.preventDefault();
        isOver.value = true;
      }}
      onDragLeave={() => {
        isOver.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        isOver.value = false;
        onFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <Icon name="upload" size={20} />
      <span>{label}</span>
      <input
        class="unseen"
        type="file"
        accept={accept}
        data-testid={testId}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          // So that the same file can be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}
