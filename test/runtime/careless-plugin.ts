/** A plugin that does what plugins should not: prints, throws in timers, forgets promises. */
import { runStdio } from "../../src/runtime/stdio.ts";

void runStdio(() =>
  Promise.resolve({
    validateCredentials: ({ provider }) => {
      // oxlint-disable-next-line no-console
      console.log("printed by a library");
      setTimeout(() => {
        throw new Error("thrown in a timer");
      });
      void Promise.reject(new Error("forgotten"));
      if (provider === "defective") throw new TypeError("a defect");
      return new Promise((resolve) => setTimeout(() => resolve({ result: true }), 20));
    },
    models: {},
  }),
).then(() => process.exit(0));
