/** Files that are dropped on an element. */
import { useSignal } from "@preact/signals";
import type { HTMLAttributes } from "preact";

interface Drop {
  /** Whether something is over the element that may be dropped. */
  readonly isOver: boolean;
  /** For the element. */
  readonly handlers: Pick<HTMLAttributes<HTMLElement>, "onDragOver" | "onDragLeave" | "onDrop">;
}

export function useDrop(onFiles: (files: readonly File[]) => void): Drop {
  const isOver = useSignal(false);
  return {
    isOver: isOver.value,
    handlers: {
      onDragOver: (event) => {
        event.preventDefault();
        isOver.value = true;
      },
      onDragLeave: () => {
        isOver.value = false;
      },
      onDrop: (event) => {
        event.preventDefault();
        isOver.value = false;
        onFiles([...(event.dataTransfer?.files ?? [])]);
      },
    },
  };
}
