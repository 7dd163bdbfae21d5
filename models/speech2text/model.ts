import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, SpeechToTextModel } from "../../src/dify/models.ts";
import type { Validated } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { takesAudioAsJson } from "../../src/endpoint/address.ts";
import { callEndpoint, validateEndpoint, type Connection } from "../../provider/connection.ts";
import { readSettings } from "../../provider/settings.ts";
import { silence } from "./probe.ts";
import { asForm, asJson, readRecording, refuseTooLarge } from "./request.ts";
import { readTranscription } from "./response.ts";
import { transcriptionSchema } from "./schema.ts";

export class OpenAiSpeechToTextModel implements SpeechToTextModel {
  schema({ model, credentials }: RequestOf<"get_ai_model_schemas">): ModelSchema {
    return transcriptionSchema(model, readSettings(credentials).settings);
  }

  invoke(request: RequestOf<"invoke_speech2text">, context: CallContext): Promise<string> {
    return callEndpoint(request, context, (connection) => transcribe(request.file, connection));
  }

  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    return validateEndpoint(request, context, async (connection) => {
      await transcribe(silence(), connection);
    });
  }
}

async function transcribe(audio: Uint8Array<ArrayBuffer>, connection: Connection): Promise<string> {
  const { settings, model } = connection;
  const recording = await readRecording(audio);
  refuseTooLarge(recording, settings);
  const [ask, otherwise] = takesAudioAsJson(connection.address) ? [asJson, asForm] : [asForm, asJson];
  return connection.call({
    operation: "audio/transcriptions",
    ...ask(recording, model, settings),
    otherwise: () => otherwise(recording, model, settings),
    read: readTranscription,
  });
}
