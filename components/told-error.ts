/**
 * An error that tells a person what is wrong and what mends it. Pulumi's CLI shows its message alone; of any other error it
 * shows the stack and every property too, in which the message drowns.
 */
export class ToldError extends Error {
  /** What the SDK knows a `pulumi.RunError` by. That class itself would bring gRPC into whatever reads a contract. */
  get __pulumiRunError(): boolean {
    return true;
  }
}
