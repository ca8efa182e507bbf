/** What a local cloud holds, by name. */
import type { CloudClients } from "../../local/endpoints";
import { leftBehind } from "../../local/proof/left-behind";

/** Service and name of each, sorted. */
export async function namesIn(clients: CloudClients): Promise<string[]> {
  const services = Object.entries(await leftBehind(clients));
  return services
    .flatMap(([service, names]) => names.map((name) => `${service} ${JSON.stringify(name)}`))
    .sort();
}

/** Names that stand there more than once. */
export function repeated(names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}
