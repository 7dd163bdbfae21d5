/** Keys that say by their beginning whose they are. */
import { isOneOf, serverName } from "./server-name.ts";

const VENDORS: readonly {
  readonly begins: string;
  readonly vendor: string;
  readonly hosts: readonly string[];
}[] = [
  { begins: "sk-ant-", vendor: "Anthropic", hosts: ["anthropic.com"] },
  { begins: "sk-or-", vendor: "OpenRouter", hosts: ["openrouter.ai"] },
  { begins: "sk-proj-", vendor: "OpenAI", hosts: ["openai.com"] },
  { begins: "AIza", vendor: "Google", hosts: ["googleapis.com"] },
  { begins: "gsk_", vendor: "Groq", hosts: ["groq.com"] },
  { begins: "xai-", vendor: "xAI", hosts: ["x.ai"] },
  { begins: "nvapi-", vendor: "NVIDIA", hosts: ["nvidia.com"] },
  { begins: "hf_", vendor: "Hugging Face", hosts: ["huggingface.co", "huggingface.cloud"] },
  { begins: "pplx-", vendor: "Perplexity", hosts: ["perplexity.ai"] },
  { begins: "csk-", vendor: "Cerebras", hosts: ["cerebras.ai"] },
  { begins: "jina_", vendor: "Jina", hosts: ["jina.ai"] },
];

/** The vendor whose key was entered for another host. */
export function foreignVendor(key: string, pasted: string): string | undefined {
  const vendor = VENDORS.find(({ begins }) => key.startsWith(begins));
  return vendor && !isOneOf(serverName(pasted), vendor.hosts) ? vendor.vendor : undefined;
}
