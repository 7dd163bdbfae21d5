/** Everything the page says, in both languages: key → English, Chinese. `{name}` stands for a value. */
import { CONNECTION } from "./connection-messages.ts";
import { FRAME } from "./frame-messages.ts";
import { FAULTS } from "./faults-messages.ts";
import { PLAYGROUND } from "./playground-messages.ts";
import { WIRE } from "./wire-messages.ts";

export type Table = Readonly<Record<string, readonly [english: string, chinese: string]>>;

export const MESSAGES = { ...FRAME, ...CONNECTION, ...PLAYGROUND, ...WIRE, ...FAULTS };
