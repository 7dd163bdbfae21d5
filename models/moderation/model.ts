import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, ModerationModel } from "../../src/dify/models.ts";
import type { Validated } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { inParts } from "../../src/endpoint/batches.ts";
import { EndpointError } from "../../src/endpoint/endpoint-error.ts";
import { Learned } from "../../src/endpoint/learned.ts";
import type { Probe } from "../../src/check/probe.ts";
import { validateModel } from "../../src/check/validate.ts";
import { callEndpoint, type Connection } from "../../provider/connection.ts";
import { readSettings } from "../../provider/settings.ts";
import { MAX_CHARACTERS, MAX_TEXTS, moderationRequest, splitText } from "./request.ts";
import { moderationAnswer } from "./response.ts";
import { moderationSchema } from "./schema.ts";

/** Below this, it is not the length that a server dislikes. */
const FEWEST_CHARACTERS = 100;

/** Characters of one text, by server and model. */
const learned = new Learned<number>();

export class OpenAiModerationModel implements ModerationModel {
  readonly probes: readonly Probe[] = [
    { name: "a harmless text", run: async (connection) => void (await isFlagged("ping", connection)) },
  ];

  schema({ model, credentials }: RequestOf<"get_ai_model_schemas">): ModelSchema {
    return moderationSchema(model, readSettings(credentials).settings);
  }

  invoke({ text, ...target }: RequestOf<"invoke_moderation">, context: CallContext): Promise<boolean> {
    return callEndpoint(target, context, (connection) => isFlagged(text, connection));
  }

  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    return validateModel(request, context, this);
  }
}

/** In pieces that are short enough for the model, which become shorter when it says that they are not. */
async function isFlagged(text: string, connection: Connection): Promise<boolean> {
  const subject = `${connection.settings.endpoint_url}\n${connection.model}`;
  let size = learned.about(subject) ?? MAX_CHARACTERS;
  for (;;) {
    try {
      // Each attempt depends on how the one before it went.
      // oxlint-disable-next-line no-await-in-loop
      return await isAnyFlagged(splitText(text, size), subject, connection);
    } catch (error) {
      const tooLong = error instanceof EndpointError && error.kind === "too-long";
      if (!tooLong || size / 2 < FEWEST_CHARACTERS) throw error;
      size = Math.floor(Math.min(size, text.length) / 2);
      learned.remember(subject, size);
    }
  }
}

/** Stops at the first request that finds something. An empty text is sent to nobody: servers refuse it. */
async function isAnyFlagged(
  texts: readonly string[],
  subject: string,
  connection: Connection,
): Promise<boolean> {
  for (let start = 0; start < texts.length; start += MAX_TEXTS) {
    const batch = texts.slice(start, start + MAX_TEXTS);
    // oxlint-disable-next-line no-await-in-loop
    const verdicts = await inParts(subject, batch, (part) => moderate(part, connection));
    if (verdicts.includes(true)) return true;
  }
  return false;
}

function moderate(texts: readonly string[], connection: Connection): Promise<boolean[]> {
  return connection.call({
    operation: "moderations",
    body: moderationRequest(texts, connection.model),
    async read(answer) {
      const verdicts = await answer.read(moderationAnswer);
      if (verdicts.length !== texts.length) {
        throw answer.fail("not-an-api", { why: `${verdicts.length} verdicts for ${texts.length} texts` });
      }
      return verdicts;
    },
  });
}
