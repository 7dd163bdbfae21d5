/**
 * What a model's name says about its type.
 *
 * Names are compared as words between hyphens (`BAAI/bge-m3` is `-baai-bge-m3-`), so that `-e5-` is a word
 * and `embed` any part of one. The first row that fits decides: a reranker of a family of embedding models
 * is a reranker, and an embedding model for images is no image generator.
 */
import type { Guess, ModelType } from "./model-type.ts";

interface NameRule {
  readonly type: ModelType | null;
  readonly why: string;
  readonly parts: string;
}

const BY_NAME = "its name";

const NAME_RULES: readonly NameRule[] = [
  {
    // ColBERT and its like embed to many vectors for each text, which only ranking has a use for.
    type: "rerank",
    why: BY_NAME,
    parts: "rerank -ranker- -llama-rank- -cross-encoder -ms-marco- -monot5- -colbert -colpali -colqwen",
  },
  {
    type: "text-embedding",
    why: BY_NAME,
    parts: `embed -ada-002- -bge -gte- -e5- -m3e- -bce- -uae- -stella- -voyage- -text2vec -minilm- -mpnet-
      -sentence-transformers- -sbert -labse- -jina-clip- -gme- -embo- -instructor- -simcse- -acge -piccolo- -gritlm-
      -siglip -clip-vit- -multi-qa- -distiluse- -contriever- -potion-base- -model2vec`,
  },
  // Llama Guard and its like are asked as chat models.
  {
    type: "moderation",
    why: BY_NAME,
    parts: "-moderation-",
  },
  {
    type: null,
    why: "it speaks over a live connection",
    parts:
      "realtime -live- -native-audio- -nova-sonic- -nova-2-sonic- -nova-2-5-sonic- -grok-voice-latest- -grok-voice-2 -grok-voice-3",
  },
  {
    type: "speech2text",
    why: BY_NAME,
    parts: `whisper transcri -asr- -stt- -deepgram-nova -deepgram-base -deepgram-enhanced -assemblyai- -scribe- -soniox
      -sensevoice -paraformer -parakeet -canary- -moonshine -funasr -fireredasr -wav2vec -gigaam -chirp-2- -chirp-3-
      -speech-to-text- -speech2text- -voxtral-mini-2 -voxtral-mini-latest-`,
  },
  {
    type: "tts",
    why: BY_NAME,
    parts: `tts -sovits- text-to-speech -kokoro- -orpheus- -cosyvoice -piper- -parler- -fish-speech -openaudio- -bark-
      -eleven- -aura- -aws-polly- -speech-0 -speech-2 -chirp- -sparkaudio- -chatterbox -vibevoice -dia-1 -csm-1b-
      -sonic-`,
  },
  {
    type: null,
    why: "it makes images",
    parts: `dall-e -gpt-image- -chatgpt-image- flux- -stable-diffusion -stable-image- -stability- -sdxl -sd3 -sd-turbo-
      -imagen- -imagen4 -midjourney -image- -image1- -seedream -seededit -recraft -ideogram -kolors- -cogview
      -nova-canvas- -wanx -hidream -playground-v -kandinsky -grok-imagine- -nano-banana -photon- -dreamshaper -photomaker
      -upscale -inpaint -remove-background- -style-transfer- -sketch- -bria- -juggernaut -realvis -omnigen -janus-`,
  },
  {
    type: null,
    why: "it makes videos",
    parts: `-sora- -veo- -kling -wan2 -wan-2 -runway -gen3- -gen4- -gen4 -seedance -hailuo -t2v- -i2v- cogvideo -ltx-
      -text-to-video- -image-to-video- -video- hunyuanvideo -pika- -luma- -ray-2 -vidu -pixverse -mochi-1 -nova-reel-`,
  },
  { type: null, why: "it makes music", parts: "-lyria- -suno- -musicgen- -music- -stable-audio-" },
  {
    type: null,
    why: "it reads documents by an API of its own",
    parts: "-mistral-ocr- -doc-intelligence- -mistral-document-",
  },
  {
    type: "llm",
    why: BY_NAME,
    parts: `gpt -o1- -o3- -o4- claude gemini gemma llama qwen qwq qvq deepseek mistral mixtral ministral codestral
      magistral devstral pixtral -voxtral- -phi- -phi2- -phi3 -phi4 -command- -c4ai- -aya- grok glm kimi moonshot -yi- -baichuan internlm
      internvl minicpm hunyuan doubao ernie -spark- nemotron granite olmo falcon dbrx jamba -nova- -titan-text
      -titan-tg1- sonar solar exaone vicuna wizard zephyr hermes dolphin -orca starcoder codellama llava smollm stablelm minimax
      abab -step- seed-oss mimo- longcat -ling- -ring- palmyra -lfm -instruct- -chat- -coder- -vl- -llm- -reasoner-
      -thinking- -completion-`,
  },
];

const RULES = NAME_RULES.map(({ parts, ...rule }) => ({ ...rule, parts: parts.split(/\s+/) }));

/** Most models are language models: one whose name says nothing is taken for one, and marked as unclear. */
export function guessByName(name: string): Guess {
  const words = `-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}-`.replaceAll("--", "-");
  const found = RULES.find(({ parts }) => parts.some((part) => words.includes(part)));
  return found
    ? { type: found.type, why: found.why }
    : { type: "llm", why: "nothing else fits", unclear: true };
}
