import type { TypeOf } from "../../check/model-listing.ts";
import { guessByName } from "../../import/model-names.ts";
import { statedType } from "../../import/stated-type.ts";

/** What the server says of a model, else what its name says. */
export const modelType: TypeOf = (entry) => (statedType(entry) ?? guessByName(entry.id)).type;
