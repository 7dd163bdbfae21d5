// What the plugin uses of undici, in place of all of it: fetch, caches, sockets and mocks take longer to load
// than the rest of the plugin.
"use strict";
const Dispatcher = require("undici/lib/dispatcher/dispatcher");

// As its own index does: agents ask proxies by these.
Object.assign(Dispatcher.prototype, require("undici/lib/api"));

exports.Agent = require("undici/lib/dispatcher/agent");
exports.EnvHttpProxyAgent = require("undici/lib/dispatcher/env-http-proxy-agent");
