// Node runs this in the plugin's process before the plugin itself (NODE_OPTIONS): it tells the workbench what
// goes over HTTP, and when each Dify line is written. The plugin does not know of it.
//
// undici tells of every request on Node's diagnostics channels. What is told leaves in one write per turn of
// the event loop, through the socket beside this file: one JSON line for each event, followed by as many
// bytes as its `size` says. Times are microseconds of the system's monotonic clock, the same in all processes.
"use strict";
const { subscribe } = require("node:diagnostics_channel");
const { connect } = require("node:net");
const { join } = require("node:path");
const { isMainThread } = require("node:worker_threads");

function tap() {
  const socket = connect(join(__dirname, "wire.sock"));
  // It neither holds the plugin up nor harms it.
  socket.unref();
  socket.on("error", () => undefined);

  const numbers = new WeakMap();
  /** Requests whose body leaves in pieces, until all of them have left. */
  const held = new Map();
  let count = 0;
  let pending = [];

  function tell(event, bytes, at = now()) {
    if (pending.length === 0) setImmediate(flush);
    pending.push(Buffer.from(`${JSON.stringify({ ...event, at, size: bytes ? bytes.length : 0 })}\n`));
    // A copy: the parser uses its memory again.
    if (bytes) pending.push(Buffer.from(bytes));
  }

  function flush() {
    socket.write(Buffer.concat(pending));
    pending = [];
  }

  /** Tells of a request that is known, which a proxy's CONNECT is not. */
  function tellOf(request, event, bytes) {
    const exchange = numbers.get(request);
    if (exchange === undefined) return;
    release(request);
    tell({ ...event, exchange }, bytes);
  }

  /** An answer, or the end, may come before the whole body has left. */
  function release(request) {
    const waiting = held.get(request);
    if (!waiting) return;
    held.delete(request);
    tell(waiting.event, Buffer.concat(waiting.pieces), waiting.at);
  }

  subscribe("undici:request:create", ({ request }) => {
    const { method, origin, path, headers, body } = request;
    if (method === "CONNECT") return;
    const event = { event: "request", exchange: count, method, url: new URL(path, origin).href, headers };
    numbers.set(request, count);
    count += 1;
    if (body === null || body instanceof Uint8Array) tell(event, body);
    else held.set(request, { event, at: now(), pieces: [] });
  });
  subscribe("undici:request:bodyChunkSent", ({ request, chunk }) =>
    held.get(request)?.pieces.push(Buffer.from(chunk)),
  );
  subscribe("undici:request:bodySent", ({ request }) => release(request));
  subscribe("undici:request:headers", ({ request, response }) => {
    tellOf(request, {
      event: "response",
      status: response.statusCode,
      headers: response.headers.map(String),
    });
  });
  subscribe("undici:request:bodyChunkReceived", ({ request, chunk }) =>
    tellOf(request, { event: "chunk" }, chunk),
  );
  subscribe("undici:request:trailers", ({ request }) => tellOf(request, { event: "complete" }));
  subscribe("undici:request:error", ({ request, error }) => {
    tellOf(request, { event: "error", message: describe(error) });
  });

  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  // Bytes are pieces of a line; its end is a text.
  stdout.write = (text, ...rest) => {
    const lines = typeof text === "string" ? text.split("\n").length - 1 : 0;
    if (lines > 0) tell({ event: "lines", count: lines });
    return write(text, ...rest);
  };
}

function now() {
  return Number(process.hrtime.bigint() / 100n) / 10;
}

function describe(error) {
  const { code, message } = Object(error);
  return [code, message].filter((word) => word !== undefined && word !== "").join(": ") || String(error);
}

// The thread that counts tokens has no wire.
if (isMainThread) tap();
