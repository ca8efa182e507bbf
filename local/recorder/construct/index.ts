/** Remote components: their provider's process makes their children. Here they are made as that process would make them. */
import { constructVpc } from "./awsx-vpc";
import type { Construct } from "./child";

const COMPONENTS: Readonly<Record<string, Construct>> = { "awsx:ec2:Vpc": constructVpc };

/** @throws Error for a component that is not known here. */
export function constructOf(type: string): Construct {
  const construct = COMPONENTS[type];
  if (construct !== undefined) return construct;
  throw new Error(
    `${type} is a remote component, which is not expanded here; known: ${Object.keys(COMPONENTS).join(", ")}. ` +
      `Make its resources in a component of your own.`,
  );
}
