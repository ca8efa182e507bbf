/** What @pulumi/aws declares that a resource may be told, down to the parts of its inputs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../../local/paths";

const PACKAGE = join(ROOT, "node_modules", "@pulumi", "aws");

/** Names of the keys, with what stands at each: `pulumi.Input<inputs.msk.ClusterEncryptionInfo>`. */
type Keys = ReadonlyMap<string, string>;

export class DeclaredInputs {
  private nested: ReadonlyMap<string, Keys> | undefined;

  /** Inputs of a resource. */
  of(type: string): Keys {
    const text = readFileSync(join(PACKAGE, `${type.split(":")[1]}.d.ts`), "utf8");
    const args = text.slice(text.search(/export interface \w+Args \{/));
    return keysOf(args.slice(0, args.indexOf("\n}")), 4);
  }

  /** Whether there is such an input, or such a part of one. */
  has(type: string, path: readonly string[]): boolean {
    let keys: Keys | undefined = this.of(type);
    for (const key of path) {
      const declared: string | undefined = keys?.get(key);
      if (declared === undefined) return false;
      const inside: string | undefined = /inputs\.([\w.]+)/.exec(declared)?.[1];
      keys = inside === undefined ? undefined : this.shapes().get(inside);
    }
    return true;
  }

  /** The shapes of objects, by namespace and name: `msk.ClusterEncryptionInfo`. */
  private shapes(): ReadonlyMap<string, Keys> {
    this.nested ??= shapesOf(readFileSync(join(PACKAGE, "types", "input.d.ts"), "utf8"));
    return this.nested;
  }
}

function shapesOf(text: string): ReadonlyMap<string, Keys> {
  const namespaces = text.split(/^export declare namespace /m).slice(1);
  return new Map(
    namespaces.flatMap((namespace) => {
      const name = /^\w+/.exec(namespace)![0];
      return namespace
        .split(/^ {4}(?:export )?interface /m)
        .slice(1)
        .map(
          (shape) => [`${name}.${/^\w+/.exec(shape)![0]}`, keysOf(shape.split("\n    }")[0]!, 8)] as const,
        );
    }),
  );
}

function keysOf(text: string, indent: number): Keys {
  const line = new RegExp(`^ {${indent}}(\\w+)\\??: (.*)$`, "gm");
  return new Map([...text.matchAll(line)].map(([, key, declared]) => [key!, declared!]));
}
