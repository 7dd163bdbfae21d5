import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/packaged-plugin.ts"],
    // The file is what .ci/run counts.
    reporters: ["default", ["json", { outputFile: "dist/test-results.json" }]],
    // The packaged plugin runs as a child process; two cores serve all of them.
    // Tests wait for servers and processes more than they compute.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
