import { accessKinds } from "./access";
import { apiKinds } from "./api";
import { catalogueKinds } from "./catalogue";
import type { Kinds } from "./kind";
import { messageKinds } from "./messages";
import { storageKinds } from "./storage";

export type { Kind, Place } from "./kind";

/** By the names that plans call them. */
export const KINDS: Kinds = {
  ...accessKinds,
  ...messageKinds,
  ...storageKinds,
  ...catalogueKinds,
  ...apiKinds,
};
