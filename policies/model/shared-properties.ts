/** The SDK unpacks a resource for each policy anew, which was most of a check of a large plan: here it does so once. */
import sdk = require("@pulumi/policy/deserialize");

/** What the SDK's server calls; it exports the function but not its type. */
interface Unpacking {
  deserializeProperties(properties: object, proxySecrets: boolean): object;
}

/**
 * All policies of this process see the same unpacked properties of a message. No rule writes to them; remedies, which
 * do, ask for secrets as proxies and get properties of their own.
 */
export function shareProperties(unpacking: Unpacking = sdk as unknown as Unpacking): void {
  const unpack = unpacking.deserializeProperties;
  const known = new WeakMap<object, object>();
  unpacking.deserializeProperties = (properties, proxySecrets) => {
    if (proxySecrets) return unpack(properties, proxySecrets);
    const found = known.get(properties) ?? unpack(properties, proxySecrets);
    known.set(properties, found);
    return found;
  };
}
