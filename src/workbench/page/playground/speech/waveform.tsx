/** A recording as one sees it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { JSX } from "preact";
import { theme } from "../../state/preferences.ts";
import { t } from "../../language/words.ts";

const BAR = 3;
const GAP = 1;
const HEIGHT = 72;

/** So many bars fit; also the number of peaks that are worth having. */
export const MOST_BARS = 160;

export function Waveform({ peaks }: { peaks: readonly number[] }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = theme();
  useLayoutEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext("2d");
    if (!element || !pen) return;
    pen.clearRect(0, 0, element.width, element.height);
    pen.fillStyle = getComputedStyle(element).color;
    for (const [i, peak] of peaks.entries()) {
      const height = Math.max(2, peak * HEIGHT);
      pen.fillRect(i * (BAR + GAP), (HEIGHT - height) / 2, BAR, height);
    }
  }, [peaks, colours]);
  return (
    <canvas
      ref={canvas}
      class="waveform"
      width={MOST_BARS * (BAR + GAP)}
      height={HEIGHT}
      role="img"
      aria-label={t("waveform")}
      data-testid="waveform"
    />
  );
}
