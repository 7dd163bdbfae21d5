/** The numbers of a call, counted while its events come. Times are in microseconds. */
import type { LlmChunk } from "../dify/replies.ts";
import { rounded } from "./clock.ts";
import type { CallEvent, Numbers as Result } from "./contract.ts";

interface Usage {
  readonly input: number;
  readonly output: number;
  readonly total: number;
}

export class Numbers {
  #total = 0;
  #firstByte: number | undefined;
  #firstToken: number | undefined;
  #lastToken = 0;
  #lastRead: number | undefined;
  #toRequest: number | undefined;
  #usage: Usage | undefined;
  #longestGap: Result["longestGap"];
  #requests = 0;
  #chunks = 0;
  #lines = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  readonly #overheads: number[] = [];

  count(event: CallEvent): void {
    if (event.event === "http-request") {
      this.#toRequest ??= event.at;
      this.#requests += 1;
      this.#bytesSent += event.body.bytes;
    }
    if (event.event === "http-chunk") this.#read(event);
    if (event.event === "dify-out") {
      this.#lines += 1;
      if (event.overhead !== undefined) this.#overheads.push(event.overhead);
      if (event.kind === "stream") this.#piece(event.data, event.at);
    }
  }

  end(total: number): void {
    this.#total = rounded(total);
  }

  get result(): Result {
    const sorted = this.#overheads.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    const longest = sorted.at(-1);
    const tokensPerSecond = this.#tokensPerSecond();
    return {
      total: this.#total,
      ...(this.#firstByte !== undefined && { firstByte: this.#firstByte }),
      ...(this.#firstToken !== undefined && { firstToken: this.#firstToken }),
      ...(tokensPerSecond !== undefined && { tokensPerSecond }),
      ...(this.#usage && { usage: this.#usage }),
      requests: this.#requests,
      chunks: this.#chunks,
      lines: this.#lines,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      ...(this.#longestGap && { longestGap: this.#longestGap }),
      overhead: {
        ...(this.#toRequest !== undefined && { toRequest: this.#toRequest }),
        ...(median !== undefined && { median }),
        ...(longest !== undefined && { longest }),
      },
    };
  }

  #read({ n, at, body }: Extract<CallEvent, { event: "http-chunk" }>): void {
    this.#chunks += 1;
    this.#bytesReceived += body.bytes;
    this.#firstByte ??= at;
    const gap = this.#lastRead === undefined ? 0 : at - this.#lastRead;
    if (gap > (this.#longestGap?.microseconds ?? 0)) {
      this.#longestGap = { microseconds: rounded(gap), before: n };
    }
    this.#lastRead = at;
  }

  #piece(piece: unknown, at: number): void {
    const { delta, usage } = Object(piece) as Partial<LlmChunk> & { usage?: { tokens?: number } };
    if (delta?.usage) {
      const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = delta.usage;
      this.#usage = { input, output, total };
    } else if (typeof usage?.tokens === "number") {
      this.#usage = { input: usage.tokens, output: 0, total: usage.tokens };
    }
    if (delta && delta.message.content.length === 0 && delta.message.tool_calls.length === 0) return;
    this.#firstToken ??= at;
    this.#lastToken = at;
  }

  #tokensPerSecond(): number | undefined {
    const seconds = (this.#lastToken - (this.#firstToken ?? 0)) / 1e6;
    if (!this.#usage || this.#usage.output < 2 || seconds <= 0) return undefined;
    // The first token is where the time begins.
    return Math.round(((this.#usage.output - 1) / seconds) * 10) / 10;
  }
}
