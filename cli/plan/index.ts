/** `naru plan STACK`: what `pulumi up` would create, recorded offline. */
import { writeFileSync } from "node:fs";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { ROOT } from "../../local/paths";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { mermaid } from "./mermaid";
import { tree } from "./tree";

export interface PlanOptions {
  readonly json?: boolean;
  /** File that takes a Mermaid diagram. */
  readonly diagram?: string;
  /** Twelve digits that stand for the account in names. @default "123456789012" */
  readonly account?: string;
}

export async function plan(stack: string, options: PlanOptions): Promise<number> {
  if (options.account !== undefined && !/^\d{12}$/.test(options.account)) {
    console.error(`naru plan: --account takes the account's twelve digits`);
    return 2;
  }
  const record = await recordProgram({ root: ROOT, stack, accountId: options.account });
  console.log(
    options.json === true ? planJson(record) : `${tree(record)}\n\nDiagram (Mermaid):\n\n${mermaid(record)}`,
  );
  if (options.diagram !== undefined) {
    writeFileSync(options.diagram, mermaid(record));
    console.error(`The diagram stands in ${options.diagram}; it renders in Markdown as \`\`\`mermaid.`);
  }
  return 0;
}

/** Sorted by URN, so that the same program gives the same text. Secrets stay marked, but lose their value. */
export function planJson({ resources }: ProgramRecord): string {
  const sorted = [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return JSON.stringify(sorted, (_key, value: unknown) => withoutSecret(value), 2);
}

/** A secret on the wire is an object with Pulumi's signature and its value in clear. */
function withoutSecret(value: unknown): unknown {
  const isSecret =
    typeof value === "object" &&
    value !== null &&
    Reflect.get(value, rpc.specialSigKey) === rpc.specialSecretSig;
  return isSecret ? { ...value, value: "[secret]" } : value;
}
