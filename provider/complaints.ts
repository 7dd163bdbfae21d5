/** What is wrong with the form itself, in words that continue a sentence beginning with the field. */
import type { AddressFault } from "../src/endpoint/address.ts";
import { fieldLabel } from "./field-labels.ts";
import type { Language, Text } from "./language.ts";

/** A value in the form that makes no sense. */
export interface Complaint {
  readonly field: string;
  /** Continues a sentence that begins with the field. */
  readonly reason: Text;
}

const FAULTS: Readonly<Record<AddressFault, string>> = {
  "is empty": "为空",
  "contains a blank": "中含有空格",
  "looks like an API key": "看起来是 API Key",
  "contains a placeholder": "中含有占位符",
  "must begin with http:// or https://": "须以 http:// 或 https:// 开头",
  "names no host": "中没有主机名",
  "has a port outside of 1 to 65535": "的端口不在 1 到 65535 之间",
  "has an IPv6 zone, which cannot be called": "含有无法访问的 IPv6 区域标识",
  "is not a valid web address": "不是有效的网址",
};

/** Why a text is no address, and what one looks like. */
export function addressReason(fault: AddressFault): Text {
  return {
    en: `${fault}. It should look like https://host/v1`,
    zh: `${FAULTS[fault]}，应形如 https://host/v1`,
  };
}

/** One sentence for each complaint. */
export function complaintsTold(complaints: readonly Complaint[], language: Language): string {
  const sentences = complaints.map(({ field, reason }) => {
    const label = fieldLabel(field, language);
    return { en: `${label} ${reason.en}.`, zh: `${label}${reason.zh}。` }[language];
  });
  return sentences.join(language === "zh" ? "" : " ");
}
