/** What is measured: one row each. */

/** What a row needs of the plugin under test. */
export interface Subject {
  /** The upstream's address. */
  origin: string;
  call: (data: object) => Promise<unknown[]>;
}

export interface Scenario {
  name: string;
  /** What the cost is divided by, in the singular. */
  unit: string;
  /** Does the work, and says how many units it was. */
  run: (subject: Subject) => Promise<number>;
}

const common = { provider: "openai_compatible", model: "m" };
const texts = Array.from({ length: 100 }, (_, index) => `text ${index} of some words`);

function chat({ origin, call }: Subject, chunks: number, interval = 0): Promise<unknown[]> {
  return call({
    action: "invoke_llm",
    ...common,
    model_type: "llm",
    credentials: { endpoint_url: `${origin}/chunks/${chunks}/${interval}/v1`, mode: "chat" },
    prompt_messages: [{ role: "user", content: "Hello" }],
    model_parameters: { temperature: 0.7 },
    stream: true,
  });
}

/** So many times, some of them side by side. @returns the pieces of all answers */
async function repeat(times: number, abreast: number, once: () => Promise<unknown[]>): Promise<number> {
  let left = times;
  let pieces = 0;
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      // oxlint-disable-next-line no-await-in-loop
      const { length } = await once();
      pieces += length;
    }
  };
  await Promise.all(Array.from({ length: abreast }, work));
  return pieces;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "short requests, one at a time",
    unit: "request",
    run: async (subject) => {
      await repeat(500, 1, () => chat(subject, 1));
      return 500;
    },
  },
  {
    name: "answers of 2,000 chunks at once",
    unit: "chunk",
    run: (subject) => repeat(40, 1, () => chat(subject, 2_000)),
  },
  {
    name: "100 streams of 50 chunks a second",
    unit: "chunk",
    run: (subject) => repeat(100, 100, () => chat(subject, 150, 20)),
  },
  {
    name: "100 texts to vectors of 1,536",
    unit: "call",
    run: (subject) =>
      repeat(20, 1, () =>
        subject.call({
          action: "invoke_text_embedding",
          ...common,
          model_type: "text-embedding",
          credentials: { endpoint_url: `${subject.origin}/v1`, max_chunks: "100" },
          texts,
          input_type: "document",
        }),
      ),
  },
  {
    name: "100 documents ranked",
    unit: "call",
    run: (subject) =>
      repeat(300, 1, () =>
        subject.call({
          action: "invoke_rerank",
          ...common,
          model_type: "rerank",
          credentials: { endpoint_url: `${subject.origin}/v1` },
          query: "words",
          docs: texts,
          top_n: 100,
        }),
      ),
  },
];
