import { examine, show } from "../model/expectation";
import { DATA_BREW_HOLDERS, dataBrewJobs } from "../model/data-brew";
import { read, type Path } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { ENCRYPTED_PLACES } from "./encrypted-resources";

const FIX =
  "Turn encryption with KMS on and name the platform's key of the domain, as the component's siblings do.";

/** Everything that keeps data is encrypted by KMS and names a key; whose key it is, `platform-key` asks. */
export const kmsEncryption: ResourceRule = {
  name: "kms-encryption",
  group: "encryption",
  scope: "resource",
  severity: "high",
  description:
    "Streams, functions, logs, results, queues, databases, tables, Kafka clusters and secrets are encrypted with a named KMS key.",
  framework: fsbp("Kinesis.1", "Data at rest is encrypted with KMS"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html",
  types: [...new Set(ENCRYPTED_PLACES.map((place) => place.type)), ...DATA_BREW_HOLDERS],
  check(resource) {
    if (DATA_BREW_HOLDERS.includes(resource.type)) return checkDataBrew(resource);
    return ENCRYPTED_PLACES.filter((place) => place.type === resource.type)
      .filter((place) => place.applies?.(resource) ?? true)
      .flatMap((place) => [
        ...(place.modes ?? []).flatMap((mode) => examine(resource, { ...mode, fix: FIX })),
        ...checkKey(resource, place.key),
      ]);
  },
};

/** Presence is enough here: an unknown key is a key, and the links tell whose. An unknown container may hold none. */
function checkKey(resource: Resource, key: Path): Finding[] {
  switch (read(resource.props, key).state) {
    case "known":
      return [];
    case "unknown": {
      const around = key.slice(0, -1);
      const isOpen = around.length > 0 && read(resource.props, around).state === "unknown";
      return isOpen ? [undecided(resource, show(key), FIX)] : [];
    }
    default:
      return [violation(resource, `${show(key)} is missing: the service's own key would be used.`, FIX)];
  }
}

/** A job's key may be a parameter of its template: presence is enough, as above. */
function checkDataBrew(resource: Resource): Finding[] {
  const held = dataBrewJobs(resource);
  if (held.state === "unknown") return [undecided(resource, held.property, FIX)];
  return held.jobs
    .filter(
      ({ properties }) =>
        properties.EncryptionMode !== "SSE-KMS" || properties.EncryptionKeyArn === undefined,
    )
    .map(({ place }) =>
      violation(resource, `${place} must have EncryptionMode SSE-KMS and an EncryptionKeyArn.`, FIX),
    );
}
