/** Files of a message, as Dify hands them over: base64, with their kind, type and extension. */
import type { Message } from "../../../contract.ts";
import { base64Of } from "../../read-file.ts";

type Part = Exclude<Message["content"], string>[number];
export type FilePart = Exclude<Part, { type: "text" }>;

export async function toPart(file: File): Promise<FilePart> {
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase();
  const mime_type = file.type || "application/octet-stream";
  const format = extension ?? mime_type.split("/")[1] ?? "bin";
  return {
    type: kindOf(mime_type),
    base64_data: await base64Of(file),
    mime_type,
    format,
    filename: file.name,
    ...(mime_type.startsWith("image/") && { detail: "high" }),
  };
}

function kindOf(mime: string): FilePart["type"] {
  const [kind] = mime.split("/");
  return kind === "image" || kind === "audio" || kind === "video" ? kind : "document";
}
