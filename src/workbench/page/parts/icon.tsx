/** The page's pictures: lines of 1.75 on a square of 24, in the colour of the text beside them. */
import type { JSX } from "preact";

const PATHS = {
  connection: "M9 7V3m6 4V3M6 7h12v4a6 6 0 0 1-12 0zM12 17v4",
  playground: "M4 5h16v11H9l-5 4z",
  wire: "M3 12h4l2-7 4 14 3-10 1.5 3H21",
  faults: "M12 4 2.8 20h18.4zM12 10v4m0 3v.01",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.4 1.4m11.2 11.2L19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M7 14h10",
  pass: "M5 12.5 10 17.5 19 7",
  warn: "M12 4 2.8 20h18.4zM12 10v4m0 3v.01",
  fail: "M6 6l12 12M18 6 6 18",
  unsupported: "M5.6 5.6l12.8 12.8M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
  timeout: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
  skip: "M6 12h12",
  send: "M4 12 20 4l-4 16-4-7z",
  stop: "M7 7h10v10H7z",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  download: "M12 4v11m-5-4 5 5 5-5M4 20h16",
  attach: "M8 12.5 14.5 6a3 3 0 0 1 4.2 4.2l-8.5 8.6a5 5 0 0 1-7-7.1L11 4",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  play: "M7 4.5v15l12-7.5z",
  mic: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3M5 11a7 7 0 0 0 14 0M12 18v3",
  again: "M4 12a8 8 0 0 1 14-5.3L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.3L4 15M4 20v-5h5",
  upload: "M12 20V9m-5 4 5-5 5 5M4 4h16",
  tool: "M14 7a4 4 0 0 1 5-3l-2.5 2.5 1 2 2 1L22 7a4 4 0 0 1-5.5 4.5L9 19a2.1 2.1 0 0 1-3-3l7.5-7.5A4 4 0 0 1 14 7",
  down: "M6 9l6 6 6-6",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 21 21",
  out: "M7 17 17 7M9 7h8v8",
} as const;

export type IconName = keyof typeof PATHS;

/** For the eye only: what it says must stand beside it in words, or in the label of what it is in. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
