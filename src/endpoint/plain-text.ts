/** One line of plain text for a person, from whatever a server sent. */

const MAX_CHARACTERS = 300;

/** Of a web page only the head is read: its title says what it is. */
const MAX_PAGE_CHARACTERS = 20_000;

const COMMENTS = /^(?:\s|<!--(?:(?!-->)[^])*-->|<\?xml[^>]*>)*/;
const PAGE_START = /^<(?:!doctype\s+html|html|head|body|title|center|h1)\b/i;
const TAG_IN_TEXT = /<(?:!doctype\s+html|html|head|body|title|center|h1|p|br|div|pre)\b/i;

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
  "&amp;": "&",
};

/** True for a page meant for a browser. */
export function isHtml(body: string): boolean {
  const head = body.slice(0, MAX_PAGE_CHARACTERS);
  return PAGE_START.test(head.replace(COMMENTS, ""));
}

/** The text without tags, if it holds a page; gateways put one into their JSON as well. */
export function stripHtml(text: string): string {
  if (!TAG_IN_TEXT.test(text)) return text;
  return text
    .slice(0, MAX_PAGE_CHARACTERS)
    .replaceAll(/<(script|style)\b[^]*?(?:<\/\1>|$)/gi, " ")
    .replaceAll(/<!--[^]*?-->/g, " ")
    .replaceAll(/<[/!]?[a-z][^<>]*>/gi, " ")
    .replaceAll(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

/**
 * The first characters of any text, in one line. A long text ends between words, so that no half of a
 * key it echoes escapes masking.
 */
export function clip(text: string): string {
  const line = oneLine(text.slice(0, 20 * MAX_CHARACTERS));
  if (line.length <= MAX_CHARACTERS) return line;
  const space = line.lastIndexOf(" ", MAX_CHARACTERS);
  const head = line.slice(0, space > MAX_CHARACTERS / 2 ? space : MAX_CHARACTERS);
  // Half of a character pair is no text.
  return `${head.replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Without line breaks, control characters and broken character pairs. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
}
