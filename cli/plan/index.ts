/** `naru plan STACK`: what `pulumi up` would create, recorded offline. */
import { writeFileSync } from "node:fs";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { ROOT } from "../../local/paths";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { acceptPlan, BASELINES } from "./baseline";
import { mermaid } from "./mermaid";
import { printOf } from "./print";
import { tree } from "./tree";

export interface PlanOptions {
  readonly json?: boolean;
  /** File that takes a Mermaid diagram. */
  readonly diagram?: string;
  /** Make it the plan that later ones are held against. @default false */
  readonly accept?: boolean;
  /** Twelve digits that stand for the account in names. @default "123456789012" */
  readonly account?: string;
}

export async function plan(stack: string, options: PlanOptions): Promise<number> {
  if (options.account !== undefined && !/^\d{12}$/.test(options.account)) {
    console.error(`naru plan: --account takes the account's twelve digits`);
    return 2;
  }
  if (options.accept === true) return accept(stack);
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

/** Of the account that stands in every baseline. */
async function accept(stack: string): Promise<number> {
  const { resources } = await recordProgram({ root: ROOT, stack });
  const { counts, losses } = acceptPlan(ROOT, stack, printOf(resources));
  console.log(
    `${BASELINES}/${stack}.json is the plan now: ${counts.create} created, ${counts.update} changed, ` +
      `${counts.replace} replaced, ${counts.delete} deleted; ${losses.length} of them lose data or keys, by their notes.`,
  );
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
