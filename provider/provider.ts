import type { CallContext } from "../src/dify/models.ts";
import type { Validated } from "../src/dify/replies.ts";
import type { RequestOf } from "../src/dify/requests.ts";
import { listModels } from "./model-list.ts";
import { refuseWithoutAddress, validateForm } from "./validation.ts";

/**
 * Validates the provider as a whole. Every model brings its own address and key, so there is something to
 * validate only when an address is given: then the server must list its models. Without one, "valid"
 * would say nothing true.
 */
export async function validateProvider(
  { credentials }: RequestOf<"validate_provider_credentials">,
  context: CallContext,
): Promise<Validated> {
  refuseWithoutAddress({ credentials });
  await validateForm({ credentials }, context, {
    first: async (connection) => {
      await listModels(connection);
      return {};
    },
    others: async (connection) => void (await listModels(connection)),
  });
  return { result: true };
}
