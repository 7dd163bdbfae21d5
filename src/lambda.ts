/** The plugin as a function of AWS Lambda, whose `handler` is `lambda.handler` or, in a package, `dist/lambda.handler`. */
import { createPlugin } from "./plugin.ts";
import { lambdaHandler } from "./runtime/lambda.ts";
import { log } from "./runtime/log.ts";

export const handler = lambdaHandler({ provider: createPlugin(import.meta.dirname, log), log });
