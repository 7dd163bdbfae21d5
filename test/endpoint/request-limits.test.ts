import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { enter } from "../../src/endpoint/request-limits.ts";

const never = new AbortController().signal;
let base: string;
let count = 0;

beforeEach(() => {
  vi.useFakeTimers();
  base = `http://server-${(count += 1)}/v1`;
});
afterEach(() => vi.useRealTimers());

/** Asks for turns and tells which came. */
function queue(limits: { inFlight: number; perMinute?: number }, signals: AbortSignal[]) {
  const entered: number[] = [];
  const leave: (() => void)[] = [];
  const refused: number[] = [];
  const all = { perMinute: undefined, ...limits };
  signals.forEach((signal, number) => {
    void (async () => {
      try {
        const done = await enter(base, all, signal);
        entered.push(number);
        leave[number] = done;
      } catch {
        refused.push(number);
      }
    })();
  });
  return { entered, leave, refused };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

describe("requests to one base", () => {
  test("keep to the number in flight, first come, first served", async () => {
    const { entered, leave } = queue({ inFlight: 2 }, [never, never, never, never]);
    await settled();
    expect(entered).toEqual([0, 1]);
    leave[1]?.();
    await settled();
    expect(entered).toEqual([0, 1, 2]);
    leave[0]?.();
    leave[2]?.();
    await settled();
    expect(entered).toEqual([0, 1, 2, 3]);
  });

  test("keep to the number a minute, however fast they end", async () => {
    const { entered, leave } = queue({ inFlight: 9, perMinute: 2 }, [never, never, never, never, never]);
    await settled();
    leave[0]?.();
    leave[1]?.();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(entered).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(entered).toEqual([0, 1, 2, 3]);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(entered).toEqual([0, 1, 2, 3, 4]);
  });

  test("that give up make room for those behind them", async () => {
    const impatient = new AbortController();
    const { entered, refused, leave } = queue({ inFlight: 1 }, [never, impatient.signal, never]);
    await settled();
    impatient.abort();
    await settled();
    expect(refused).toEqual([1]);
    leave[0]?.();
    await settled();
    expect(entered).toEqual([0, 2]);
  });

  test("do not hold up another base", async () => {
    const first = queue({ inFlight: 1 }, [never, never]);
    base = "http://another/v1";
    const second = queue({ inFlight: 1 }, [never]);
    await settled();
    expect(first.entered).toEqual([0]);
    expect(second.entered).toEqual([0]);
  });

  test("that were given up before they began get no turn", async () => {
    const { entered, refused } = queue({ inFlight: 1 }, [AbortSignal.abort(), never]);
    await settled();
    expect(refused).toEqual([0]);
    expect(entered).toEqual([1]);
  });
});
