/**
 * What most tests here stand on: the packaged plugin between a stand-in daemon and a server of ours. To
 * import it is to set it up for the file.
 */
import { afterAll, beforeAll, beforeEach, inject } from "vitest";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { Upstream } from "../upstream/upstream.ts";

export let daemon: StandInDaemon;
export let upstream: Upstream;
/** A name of its own for each test: what is learned is learned by model. */
export let model: string;
let count = 0;

beforeAll(async () => {
  upstream = await Upstream.start();
  daemon = await StandInDaemon.launch(inject("packageFolder"));
});
afterAll(async () => {
  await daemon.close();
  await upstream.close();
});
beforeEach(() => {
  upstream.requests.length = 0;
  model = `m-${(count += 1)}`;
});
