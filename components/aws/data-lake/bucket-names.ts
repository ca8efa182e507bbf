/** Two components that ask for one bucket are told before AWS tells them. */
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";

/** Bucket names taken in a run of a program. */
const taken = new WeakMap<object, Set<string>>();

/**
 * Takes a bucket's name for the program that runs now. A process may run several, one behind the other or at once (tests,
 * the Automation API): each has a stack resource of its own. Under mocks there is none, and the names' maker stands for it.
 *
 * @returns the problem, for a name that is taken.
 */
export function claimBucketName({ names }: AwsContext, bucket: string): string | undefined {
  const run = pulumi.runtime.getStackResource() ?? names;
  const buckets = taken.get(run) ?? new Set();
  taken.set(run, buckets);
  if (buckets.has(bucket)) {
    return (
      `context.names: ${bucket} is another component's bucket; give the second set of components names of its own: ` +
      'names.within("research")'
    );
  }
  buckets.add(bucket);
  return undefined;
}
