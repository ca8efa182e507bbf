/** A protection that is asked of AWS. */
import type { CloudClients } from "../../../local/endpoints";
import type { StateResource } from "../../../local/engine/state";
import type { PlatformOutputs } from "../../../local/pipeline/outputs";
import type { Account } from "../account";

export interface Asked {
  readonly account: Account;
  readonly outputs: PlatformOutputs;
  /** Of the stack's state. */
  readonly resources: readonly StateResource[];
  /** With the rights of whoever deploys. */
  readonly clients: CloudClients;
}

export interface Guard {
  readonly title: string;
  /** The local cloud has no answer, for this reason; undefined: it has one. */
  readonly onlyAws?: string;
  ask(asked: Asked): Promise<Finding>;
}

export interface Finding {
  /** How many things were asked about; 0: the stack has none. */
  readonly asked: number;
  /** Each with what it says and what it should. */
  readonly wrong: readonly string[];
}

/** Resources of a type. */
export function ofType({ resources }: Pick<Asked, "resources">, type: string): readonly StateResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** A text of a resource's outputs, or of its inputs. */
export function textOf({ outputs = {}, inputs = {} }: StateResource, property: string): string {
  return String(outputs[property] ?? inputs[property] ?? "");
}

/** What is wrong with each of them. All are asked, one after the other. */
export async function each<Item>(
  items: readonly Item[],
  wrongOf: (item: Item) => Promise<readonly string[] | string | undefined>,
): Promise<Finding> {
  const wrong: string[] = [];
  for (const item of items) wrong.push(...[(await wrongOf(item)) ?? []].flat());
  return { asked: items.length, wrong };
}
