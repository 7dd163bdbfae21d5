/** The text of a transcription. */
import * as z from "zod";

export const transcriptionAnswer = z.object({ text: z.string() });
