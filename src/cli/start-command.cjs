#!/usr/bin/env node
// What npx runs: a file the oldest Node can read, so that its complaint is a sentence.
"use strict";
const OLDEST = [22, 20];

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `dify-openai-compatible needs Node ${OLDEST.join(".")} or newer; this is ${process.versions.node}.\n`,
  );
  process.exitCode = 70;
} else {
  // Old Node must not even parse it.
  void import("../../dist/commands/command.js");
}
