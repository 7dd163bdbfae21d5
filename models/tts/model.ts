import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, Sink, TextToSpeechModel } from "../../src/dify/models.ts";
import type { SpeechChunk, Validated, Voice } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { NOWHERE, type Probe } from "../../src/check/probe.ts";
import { validateModel } from "../../src/check/validate.ts";
import { callEndpoint } from "../../provider/connection.ts";
import { readSettings } from "../../provider/settings.ts";
import { speechSchema } from "./schema.ts";
import { speak } from "./speak.ts";
import { allVoices, offlineVoices } from "./voices.ts";

export class OpenAiTextToSpeechModel implements TextToSpeechModel {
  readonly probes: readonly Probe[] = [
    {
      name: "three words",
      run: (connection) => speak({ content_text: "One two three.", voice: "" }, connection, NOWHERE),
    },
  ];

  schema({ model, credentials }: RequestOf<"get_ai_model_schemas">): ModelSchema {
    return speechSchema(model, readSettings(credentials).settings);
  }

  /** A form that leads nowhere has voices all the same: Dify does not ask to speak without one. */
  voices(request: RequestOf<"get_tts_model_voices">, context: CallContext): Promise<readonly Voice[]> {
    return callEndpoint(request, context, allVoices).catch(() =>
      offlineVoices(readSettings(request.credentials).settings),
    );
  }

  invoke(request: RequestOf<"invoke_tts">, sink: Sink<SpeechChunk>, context: CallContext): Promise<void> {
    return callEndpoint(request, context, (connection) => speak(request, connection, sink));
  }

  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    return validateModel(request, context, this);
  }
}
