/** `npm run demo`: keeps the embedded demo endpoint running, to be entered in a form or called by hand. */
import { startDemoEndpoint } from "../demo/server.ts";

const port = Number(process.env["PORT"] ?? 0);
const { url } = await startDemoEndpoint({ port });
process.stdout.write(`demo endpoint, no model behind it: ${url}\n`);
