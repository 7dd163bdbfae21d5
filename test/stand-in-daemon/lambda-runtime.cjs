/**
 * What AWS Lambda's Node runtime does beside a function, as far as the function can tell: its global, its stream
 * (a request to the runtime API, of which only some members can be reached, and whose `end` takes no piece), one
 * event after the other, and the exit when something is thrown that nobody catches.
 */
"use strict";
const http = require("node:http");
const { join } = require("node:path");
const { json } = require("node:stream/consumers");

const STREAMING = Symbol("streaming");
const MEMBERS = ["write", "end", "destroy", "on", "once", "off", "emit", "setContentType"];
const { AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: root, _HANDLER: name } = process.env;
const [, file, member] = /^(.+)\.([^.]+)$/.exec(name);

globalThis.awslambda = {
  streamifyResponse: (handler) => Object.assign(handler, { [STREAMING]: true }),
  HttpResponseStream: {
    from(stream, head) {
      stream.setContentType("application/vnd.awslambda.http-integration-response");
      stream.beforeFirstWrite = (write) => {
        write(JSON.stringify(head));
        write(new Uint8Array(8));
      };
      return stream;
    },
  },
};

function call(method, path) {
  return http.request(`http://${api}/2018-06-01/runtime/invocation/${path}`, { method });
}

function answerStream(id) {
  const request = call("POST", `${id}/response`);
  const accepted = new Promise((resolve, reject) => {
    request.on("response", (response) => response.resume().on("end", resolve)).on("error", reject);
  });
  const { write, end } = request;
  let begun = false;
  request.write = (...piece) => {
    if (!begun) request.beforeFirstWrite?.(write.bind(request));
    begun = true;
    return write.apply(request, piece);
  };
  request.end = (callback) => end.call(request, callback);
  request.setContentType = (type) => request.setHeader("content-type", type);
  const stream = Object.fromEntries(MEMBERS.map((each) => [each, request[each].bind(request)]));
  for (const each of ["destroyed", "beforeFirstWrite"]) {
    Object.defineProperty(stream, each, {
      get: () => request[each],
      set: (value) => {
        request[each] = value;
      },
    });
  }
  return { stream, accepted, isFinished: () => request.writableFinished };
}

async function next() {
  const request = call("GET", "next").end();
  const response = await new Promise((resolve, reject) =>
    request.on("response", resolve).on("error", reject),
  );
  const { "lambda-runtime-aws-request-id": id, "lambda-runtime-deadline-ms": deadline } = response.headers;
  return { id, deadline: Number(deadline), event: await json(response) };
}

async function run() {
  const handler = require(join(root, `${file}.cjs`))[member];
  if (!handler[STREAMING]) throw new Error("the handler does not stream");
  for (;;) {
    const { id, deadline, event } = await next();
    const { stream, accepted, isFinished } = answerStream(id);
    const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
    await handler(event, stream, context);
    await accepted;
    if (!isFinished()) throw new Error("Response stream is not finished.");
    // Lambda would wait here until no connection and no timer is left.
    if (context.callbackWaitsForEmptyEventLoop !== false) throw new Error("the next event has to wait");
  }
}

run().catch((error) => {
  process.stderr.write(`the function fails: ${error.stack}\n`);
  process.exit(129);
});
