/** The demo's prose: the result of a sum, or the question given back. */
import { findSum } from "./arithmetic.ts";

export function answerText(question: string, imageCount = 0): string {
  const images =
    imageCount === 0 ? "" : ` ${imageCount} ${imageCount === 1 ? "image was" : "images were"} attached.`;
  return `${answerQuestion(question.trim())}${images}`;
}

function answerQuestion(question: string): string {
  const sum = findSum(question);
  if (sum) {
    return Number.isFinite(sum.value)
      ? `The demo endpoint worked it out: ${sum.expression} = ${readable(sum.value)}.`
      : `The demo endpoint cannot work out ${sum.expression}: it has no finite value.`;
  }
  const asked = question === "" ? "You asked nothing in words." : `You asked: "${question}"`;
  return `This is the demo endpoint; no model is behind this answer. ${asked}`;
}

/** 0.1 + 0.2 reads 0.3, as a person expects of a sum. */
function readable(value: number): string {
  return String(Number(value.toPrecision(12)));
}
