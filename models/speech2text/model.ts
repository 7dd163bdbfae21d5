import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, SpeechToTextModel } from "../../src/dify/models.ts";
import type { Validated } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import type { Probe } from "../../src/check/probe.ts";
import { validateModel } from "../../src/check/validate.ts";
import { callEndpoint, type Connection } from "../../provider/connection.ts";
import { takesAudioAsJson } from "../../src/endpoint/address.ts";
import { readSettings } from "../../provider/settings.ts";
import { silence } from "./probe.ts";
import { asForm, asJson, isEncodingRefused, readRecording, refuseTooLarge } from "./request.ts";
import { readTranscription } from "./response.ts";
import { transcriptionSchema } from "./schema.ts";

export class OpenAiSpeechToTextModel implements SpeechToTextModel {
  readonly probes: readonly Probe[] = [
    {
      name: "a second of silence",
      run: async (connection) => void (await transcribe(silence(), connection)),
    },
  ];

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
    return validateModel(request, context, this);
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
    others: [{ ...otherwise(recording, model, settings), after: isEncodingRefused, read: readTranscription }],
    read: readTranscription,
  });
}
