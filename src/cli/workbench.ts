/** `npm run workbench`: the form and the models in a browser, before anything is installed in Dify. */
import { runWorkbench } from "./workbench/command.ts";

process.exitCode = await runWorkbench(process.argv.slice(2), async (options) => {
  const { startFromRepository } = await import("./workbench/from-repository.ts");
  return startFromRepository(options);
});
