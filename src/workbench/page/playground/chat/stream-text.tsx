/**
 * Text that grows. What is there already is never touched again: only the new end is added to the page, in
 * blocks that the browser need not lay out while they are out of sight.
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { JSX } from "preact";

/** Characters after which the next line break begins a block, and after which any blank does. */
const BLOCK = 4_000;
const LONG_BLOCK = 16_000;

export function StreamText({ text, testId }: { text: string; testId: string }): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const shown = useRef("");
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    if (!text.startsWith(shown.current)) {
      current.replaceChildren();
      shown.current = "";
    }
    append(current, text.slice(shown.current.length));
    shown.current = text;
  }, [text]);
  return <div ref={element} class="stream-text" data-testid={testId} />;
}

function append(element: HTMLElement, more: string): void {
  let rest = more;
  while (rest !== "") {
    const block = lastBlock(element);
    const length = block.textContent.length;
    const end = endOfBlock(rest, length);
    block.append(rest.slice(0, end));
    rest = rest.slice(end);
    if (rest !== "") element.append(document.createElement("div"));
  }
}

function lastBlock(element: HTMLElement): Element {
  const last = element.lastElementChild;
  if (last) return last;
  const block = document.createElement("div");
  element.append(block);
  return block;
}

/** How much of `text` still belongs to a block of `length` characters. */
function endOfBlock(text: string, length: number): number {
  const line = text.indexOf("\n", Math.max(0, BLOCK - length));
  const blank = text.indexOf(" ", Math.max(0, LONG_BLOCK - length));
  const ends = [line, blank].filter((at) => at !== -1).map((at) => at + 1);
  return Math.min(text.length, ...ends);
}
