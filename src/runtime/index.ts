/** Runs a model provider under Dify's plugin daemon, whichever way the daemon reaches it. */
export { Dispatcher, type AnsweredCall, type DispatcherOptions } from "./dispatcher.ts";
export { requestListener } from "./http.ts";
export { lambdaHandler, type LambdaContext, type LambdaHandler } from "./lambda.ts";
export { LineWriter } from "./line-writer.ts";
export { log } from "./log.ts";
export { runPlugin, type PluginOptions } from "./run-plugin.ts";
export { StreamTransport } from "./stream-transport.ts";
export { DebugClient, RegistrationRefused, type DebugOptions } from "./tcp.ts";
export type { LineOutput, Transport, TransportHandlers } from "./transport.ts";
