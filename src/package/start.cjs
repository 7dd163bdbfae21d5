// The first file that Node runs, and one that the oldest Node can read: its complaints are sentences.
"use strict";
const OLDEST = [22, 20];

function fail(sentence) {
  require("fs").writeSync(2, `${sentence}\n`);
  process.exit(1);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  fail(
    `The plugin cannot run on Node ${process.versions.node} (${process.execPath}): ` +
      `let DIFY_PLUGIN_NODE in the plugin daemon's environment name a Node ${OLDEST.join(".")} or newer, or remove it.`,
  );
}

function explain(error) {
  if (!(error instanceof SyntaxError) && error.code !== "MODULE_NOT_FOUND") throw error;
  const [, file] = /(\w+\.cjs):\d+/.exec(error.stack) ?? ["", "plugin.cjs"];
  const [reason] = error.message.split("\n");
  const folder = require("path").dirname(__dirname);
  fail(
    `The plugin's files are damaged (dist/${file}: ${reason}): ` +
      `delete the folder ${folder} on the plugin daemon's machine and install the plugin again.`,
  );
}

try {
  require("./plugin.cjs").running?.catch(explain);
} catch (error) {
  explain(error);
}
