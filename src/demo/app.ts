/** The demo's routes. Errors are thrown as `ApiError` and worded in one place. */
import { Hono } from "hono";
import type { MiddlewareHandler } from "hono";
import * as z from "zod";
import { ApiError, errorBody } from "./api-error.ts";
import { answerChat } from "./chat-answer.ts";
import { chatRequest } from "./chat-request.ts";
import { chatChunks, wholeChat } from "./chat-shapes.ts";
import { complete, completionChunks, completionRequest, wholeCompletion } from "./completions.ts";
import { checkModel, modelList } from "./demo-models.ts";
import type { DemoRoute } from "./demo-models.ts";
import { embeddingReply, embeddingRequest } from "./embeddings.ts";
import { withFaults, type FaultName } from "./faults/faults.ts";
import { checkBody, readForm, readJson } from "./request-body.ts";
import { moderationReply, moderationRequest } from "./moderation.ts";
import { rerankReply, rerankRequest } from "./rerank.ts";
import { speechPieces, speechRequest, voiceList } from "./speech.ts";
import { asChatRequest, responsesRequest } from "./responses-request.ts";
import { responseEvents, wholeResponse } from "./responses-shapes.ts";
import { eventResponse, namedEventResponse, streamedResponse } from "./streamed-response.ts";
import { transcriptionReply, transcriptionRequest } from "./transcription.ts";

const about = `This is a demo endpoint: it speaks OpenAI's HTTP API under /v1, but no model is behind it.
Every answer is computed by a few plain rules: the same question gets the same words.

Its models: GET /v1/models
`;

/** Without a key every caller is welcome. @param faults those that are switched on; they may change */
export function createDemoApp(apiKey?: string, faults: ReadonlySet<FaultName> = new Set()): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.res.headers.set("x-demo-endpoint", "no model behind this answer");
  });
  app.use(withFaults(faults));
  app.on("GET", ["/", "/v1", "/v1/"], (context) => context.text(about));
  if (apiKey !== undefined) app.use("/v1/*", requireKey(apiKey));

  app.get("/v1/models", (context) => context.json(modelList()));
  addTextRoutes(app);
  addVectorRoutes(app);
  addAudioRoutes(app);

  app.notFound((context) => {
    const error = new ApiError(404, `Invalid URL (${context.req.method} ${context.req.path})`);
    return context.json(errorBody(error), 404);
  });
  app.onError((error, context) => {
    const known = error instanceof ApiError ? error : new ApiError(500, "The demo endpoint failed.");
    return context.json(errorBody(known), known.status);
  });
  return app;
}

function requireKey(apiKey: string): MiddlewareHandler {
  return async (context, next) => {
    const given = context.req.header("authorization");
    if (given === undefined) throw new ApiError(401, "You didn't provide an API key.");
    if (given !== `Bearer ${apiKey}`) {
      throw new ApiError(401, "Incorrect API key provided.", { code: "invalid_api_key" });
    }
    await next();
  };
}

function addTextRoutes(app: Hono): void {
  app.post("/v1/chat/completions", async (context) => {
    const request = await readRequest(chatRequest, context.req.raw, "chat/completions");
    const answer = answerChat(request);
    if (!request.stream) return context.json(wholeChat(answer));
    return eventResponse(chatChunks(answer, request.stream_options?.include_usage === true));
  });
  app.post("/v1/responses", async (context) => {
    const request = await readRequest(responsesRequest, context.req.raw, "responses");
    const answer = answerChat(asChatRequest(request));
    return request.stream ? namedEventResponse(responseEvents(answer)) : context.json(wholeResponse(answer));
  });
  app.post("/v1/completions", async (context) => {
    const request = await readRequest(completionRequest, context.req.raw, "completions");
    const completion = complete(request);
    if (!request.stream) return context.json(wholeCompletion(completion));
    return eventResponse(completionChunks(completion, request.stream_options?.include_usage === true));
  });
}

function addVectorRoutes(app: Hono): void {
  app.post("/v1/embeddings", async (context) => {
    const request = await readRequest(embeddingRequest, context.req.raw, "embeddings");
    return context.json(embeddingReply(request));
  });
  app.post("/v1/rerank", async (context) => {
    const request = await readRequest(rerankRequest, context.req.raw, "rerank");
    return context.json(rerankReply(request));
  });
  app.post("/v1/moderations", async (context) => {
    const request = await readRequest(moderationRequest, context.req.raw, "moderations");
    return context.json(moderationReply(request));
  });
}

function addAudioRoutes(app: Hono): void {
  app.get("/v1/audio/voices", (context) => context.json(voiceList()));
  app.post("/v1/audio/speech", async (context) => {
    const request = await readRequest(speechRequest, context.req.raw, "audio/speech");
    return streamedResponse(speechPieces(request), "audio/wav");
  });
  app.post("/v1/audio/transcriptions", async (context) => {
    const form = await readForm(context.req.raw);
    const request = checkRequest(transcriptionRequest, form, "audio/transcriptions");
    const reply = await transcriptionReply(request);
    return typeof reply === "string" ? context.text(reply) : context.json(reply);
  });
}

async function readRequest<T extends z.ZodType>(
  schema: T,
  request: Request,
  route: DemoRoute,
): Promise<z.output<T>> {
  return checkRequest(schema, await readJson(request), route);
}

/** The model first: a request to the wrong route is best told that, not which field it lacks there. */
function checkRequest<T extends z.ZodType>(schema: T, body: unknown, route: DemoRoute): z.output<T> {
  checkModel(checkBody(z.object({ model: z.string() }), body).model, route);
  return checkBody(schema, body);
}
