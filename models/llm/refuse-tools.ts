import { DifyError } from "../../src/dify/errors.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import type { Settings } from "../../provider/settings.ts";

/** @throws DifyError InvokeBadRequestError: without its tools a model would answer another question */
export function refuseTools({ tools }: Pick<RequestOf<"invoke_llm">, "tools">, settings: Settings): void {
  if (tools.length === 0 || settings.function_calling_type !== "none") return;
  throw new DifyError(
    "InvokeBadRequestError",
    `The app sends tools, but ${fieldLabel("function_calling_type")} is off in the model's form.`,
  );
}
