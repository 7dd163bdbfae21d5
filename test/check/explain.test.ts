/** Error texts as people paste them, ours and others', one a row. */
import { expect, test } from "vitest";
import { explain } from "../../src/check/explain.ts";
import { runCheck } from "./run-check.ts";

const ROWS: readonly [text: string, cause: string, label: string | undefined, stage: string][] = [
  // This plugin's.
  [
    'The server refused the key. Check "API Key": mistyped, revoked, or another server\'s? 401 from POST https://h/v1/chat/completions, model "m", mode chat, key sent as Authorization: Bearer: Incorrect API key provided.',
    "The server refused the key.",
    "API Key",
    "auth",
  ],
  [
    '服务器上没有该模型，可用的有：qwen3-8b。 请使用其中的名称，或填入“发送给服务器的模型名”。 404 from POST https://h/v1/embeddings, model "m"',
    "服务器上没有该模型，可用的有：qwen3-8b。",
    "Model name sent to the server",
    "embeddings",
  ],
  [
    'PluginInvokeError: {"args":{},"error_type":"CredentialsValidateFailedError","message":"Nothing listens at http://localhost:11434, seen from Dify\'s plugin daemon. If that runs in a container and the server on its host, set \\"Base URL\\" to http://host.docker.internal:11434/v1."}',
    "Nothing listens at http://localhost:11434, seen from Dify's plugin daemon.",
    "Base URL",
    "network",
  ],
  // The official plugin's.
  [
    'Credentials validation failed with status code 404 and response body {"detail":"Not Found"}',
    "The server has nothing at this address.",
    "Base URL",
    "models",
  ],
  [
    'An error occurred during credentials validation: API request failed with status code 400: {"error":{"message":"Unsupported parameter: \'max_tokens\' is not supported with this model. Use \'max_completion_tokens\' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}',
    'The server refused the parameter "max_tokens".',
    undefined,
    "chat",
  ],
  [
    "An error occurred during credentials validation: HTTPConnectionPool(host='localhost', port=8000): Max retries exceeded with url: /v1/chat/completions (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))",
    "Nothing listens at http://localhost:8000, seen from Dify's plugin daemon.",
    "Base URL",
    "network",
  ],
  [
    "Credentials validation failed: invalid response object, must be 'chat.completion'",
    "The answer is not that of an OpenAI-compatible API.",
    "Base URL",
    "chat",
  ],
  [
    "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate'))",
    "The server's certificate is self-signed.",
    "CA certificate",
    "network",
  ],
  [
    "ConnectionError: HTTPConnectionPool(host='vllm', port=8000): Max retries exceeded (Caused by NameResolutionError(\"Failed to resolve 'vllm' ([Errno -2] Name or service not known)\"))",
    'There is no host "vllm".',
    "Base URL",
    "network",
  ],
  [
    'Credentials validation failed with status code 422 and response body {"detail":[{"loc":["body","stop"],"msg":"Input should be a valid list"}]}',
    'The server refused the request, naming "stop".',
    undefined,
    "chat",
  ],
  // Servers' own.
  [
    '{"error":{"message":"Invalid content type. image_url is only supported by certain models."}}',
    "The model cannot see images.",
    "Image input",
    "files",
  ],
  [
    '{"error":{"message":"The model `qwen3` does not exist.","type":"NotFoundError","param":null,"code":404}}',
    "The server does not know the model.",
    "Model name sent to the server",
    "models",
  ],
  [
    '{"error":{"message":"This model\'s maximum context length is 4096 tokens. However, you requested 5000 tokens.","code":"context_length_exceeded"}}',
    "The input is too long for the model (at most 4096).",
    "Context size",
    "context",
  ],
  ["429 Too Many Requests: Rate limit reached for gpt-4o", "Too many requests.", "API Key", "chat"],
  [
    "<html><head><title>404 Not Found</title></head><body>nginx</body></html>, HTTP 404",
    "The server has nothing at this address.",
    "Base URL",
    "models",
  ],
  [
    '{"error":{"message":"The model does not support Rerank (Score) API","type":"BadRequestError","code":400}}',
    "The model, or the server as it was started, offers no rerank.",
    "Model type",
    "rerank",
  ],
  // Dify's, its daemon's, and those of gateways.
  [
    "LLM no response, finish reason Non-JSON encountered.",
    "The official plugin could not read the server's stream.",
    undefined,
    "stream",
  ],
  [
    "PluginDaemonInternalServerError: killed by timeout",
    "Dify's plugin daemon ended the call, because it took too long.",
    "Request timeout",
    "stream",
  ],
  [
    "The `reasoning_content` in the thinking mode must be passed back to the API.",
    "The server wants back what the model thought before its tool calls.",
    "Earlier thoughts",
    "tools",
  ],
  [
    "Function call is missing a thought_signature in functionCall parts.",
    "The server wants back what it signed its tool calls with.",
    undefined,
    "tools",
  ],
  [
    "Invalid 'tools[0].function.name': string does not match pattern.",
    "The server does not take the tool's name as it is.",
    undefined,
    "tools",
  ],
  [
    "Key: 'RequestInvokeTTS.Voice' Error:Field validation for 'Voice' failed on the 'required' tag",
    "Dify asked for speech without a voice.",
    "Voices",
    "tts",
  ],
  [
    "invalid literal for int() with base 10: '128k'",
    "The form holds a value its plugin cannot read, so that the model's abilities are not known.",
    "Context size",
    "url",
  ],
  [
    "can't start new thread",
    "The plugin daemon's machine ran out of threads.",
    "Texts per request",
    "embeddings",
  ],
  [
    "upstream connect error or disconnect/reset before headers. reset reason: connection timeout",
    "A gateway in front of the server cannot reach it.",
    undefined,
    "http",
  ],
  [
    "'list' object has no attribute 'get'",
    "The plugin that says so (in Python) could not read the server's answer.",
    undefined,
    "rerank",
  ],
  ["Error: Response ended prematurely", "The answer broke off before its end.", undefined, "stream"],
  ["<html><h1>502 Bad Gateway</h1></html>", "The server failed.", undefined, "chat"],
];

test.each(ROWS)("%s", (text, cause, label, stage) => {
  const found = explain(text);
  expect(found?.cause).toBe(cause);
  if (label !== undefined) expect(found?.label).toBe(label);
  expect(found?.stages).toContain(stage);
});

test.each([
  "HTTPSConnectionPool(host='openaipublic.blob.core.windows.net', port=443): Max retries exceeded with url: /gpt-2/encodings/main/vocab.bpe",
  "plugin verification has been enabled, and the plugin you want to install has a bad signature",
])("%s: no server is to be checked", async (text) => {
  expect(explain(text)).toMatchObject({ stages: [], hint: expect.stringMatching(/[.]$/) as string });
  expect((await runCheck([text], { command: "explain" })).stdout).not.toContain("check URL");
});

test("a text may come from standard input, and must come", async () => {
  const piped = await runCheck(["-"], {
    command: "explain",
    input: "status code 401 and response body {}\n",
  });
  expect(piped.stdout).toMatch(/^cause {2}The server refused the key\.$/m);
  expect(await runCheck(["-"], { command: "explain", input: "\n" })).toMatchObject({ code: 64, stdout: "" });
  expect((await runCheck([], { command: "explain" })).stderr).toMatch(/^There is no text to explain\./);
});

test.each(["", "Hello, how are you?", "workflow run failed"])("%j is not explained", (text) => {
  expect(explain(text)).toBeUndefined();
});

test("the command tells cause, field and what to run", async () => {
  const text =
    'Credentials validation failed with status code 401 and response body {"error":"Invalid API key"}';
  const { code, stdout } = await runCheck([text], { command: "explain" });
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      "cause  The server refused the key.",
      'hint   Check "API Key": mistyped, revoked, or another server\'s?',
      "form   API Key",
      "check  check URL --only auth,models,stream,chat",
      "",
    ].join("\n"),
  );
  expect((await runCheck(["good morning"], { command: "explain" })).code).toBe(1);
});
