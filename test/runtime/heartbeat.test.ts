import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startHeartbeat } from "../../src/runtime/heartbeat.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("beats at once, then every 10 s, until it is stopped", () => {
  const beats: string[] = [];
  const stop = startHeartbeat((line) => beats.push(line));
  expect(beats).toEqual(['{"event":"heartbeat","session_id":null,"data":{}}']);
  vi.advanceTimersByTime(60_000);
  expect(beats.length).toBe(7);
  stop();
  vi.advanceTimersByTime(60_000);
  expect(beats.length).toBe(7);
});
