/** `npm run workbench`: the form and the models in a browser, before anything is installed in Dify. */
import { runWorkbench } from "./workbench/command.ts";

process.exitCode = await runWorkbench(process.argv.slice(2), async (options) => {
  const { start } = await import("./workbench/start.ts");
  return start(options);
});
