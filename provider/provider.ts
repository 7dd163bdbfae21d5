import * as z from "zod";
import { DifyError } from "../src/dify/errors.ts";
import type { CallContext } from "../src/dify/models.ts";
import type { Validated } from "../src/dify/replies.ts";
import type { RequestOf } from "../src/dify/requests.ts";
import { validateEndpoint } from "./connection.ts";

const modelList = z.union([z.array(z.unknown()), z.object({ data: z.array(z.unknown()) })]);

/**
 * Validates the provider as a whole. Every model brings its own address and key, so there is something to
 * validate only when an address is given: then the server must list its models. Without one, "valid"
 * would say nothing true.
 */
export async function validateProvider(
  { credentials }: RequestOf<"validate_provider_credentials">,
  context: CallContext,
): Promise<Validated> {
  if (!credentials["endpoint_url"]) {
    throw new DifyError(
      "CredentialsValidateFailedError",
      "This provider has no credentials of its own: add a model and enter its Base URL and API Key there.",
    );
  }
  return validateEndpoint({ credentials }, context, async (connection) => {
    await connection.call({ operation: "models", read: (answer) => answer.read(modelList) });
  });
}
