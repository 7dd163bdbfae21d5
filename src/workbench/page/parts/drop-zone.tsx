/** A place to drop files on; who cannot drag presses it. */
import type { JSX } from "preact";
import { Icon } from "./icon.tsx";
import { useDrop } from "./use-drop.ts";

interface Props {
  readonly label: string;
  readonly accept: string;
  readonly testId: string;
  readonly onFiles: (files: readonly File[]) => void;
}

export function DropZone({ label, accept, testId, onFiles }: Props): JSX.Element {
  const { isOver, handlers } = useDrop(onFiles);
  return (
    <label class={isOver ? "drop-zone over" : "drop-zone"} {...handlers}>
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
