import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, Sink, TextToSpeechModel } from "../../src/dify/models.ts";
import type { SpeechChunk, Validated, Voice } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { NOWHERE, type Probe } from "../../src/check/probe.ts";
import { validateModel } from "../../src/check/validate.ts";
import { callEndpoint, type Connection } from "../../provider/connection.ts";
import { readSettings } from "../../provider/settings.ts";
import { speechRequest, type Speech } from "./request.ts";
import { mediaType, SpeechWriter } from "./response.ts";
import { speechSchema, speechVoices } from "./schema.ts";

export class OpenAiTextToSpeechModel implements TextToSpeechModel {
  readonly probes: readonly Probe[] = [
    {
      name: "three words",
      run: (connection) => {
        const [voice] = speechVoices(connection.settings);
        return speak({ content_text: "One two three.", voice: voice?.value ?? "" }, connection, NOWHERE);
      },
    },
  ];

  schema({ model, credentials }: RequestOf<"get_ai_model_schemas">): ModelSchema {
    return speechSchema(model, readSettings(credentials).settings);
  }

  voices({ credentials }: RequestOf<"get_tts_model_voices">): readonly Voice[] {
    return speechVoices(readSettings(credentials).settings);
  }

  async invoke(
    request: RequestOf<"invoke_tts">,
    sink: Sink<SpeechChunk>,
    context: CallContext,
  ): Promise<void> {
    await callEndpoint(request, context, (connection) => speak(request, connection, sink));
  }

  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    return validateModel(request, context, this);
  }
}

async function speak(speech: Speech, connection: Connection, sink: Sink<SpeechChunk>): Promise<void> {
  const { settings, model } = connection;
  let written = 0;
  await connection.call({
    operation: "audio/speech",
    body: speechRequest(speech, model, settings),
    async read(answer) {
      const writer = new SpeechWriter(sink, mediaType(answer.contentType, settings.audio_type), (bytes) => {
        written += bytes;
      });
      await answer.bytes(writer);
    },
    passedOn: () => written > 0,
  });
}
