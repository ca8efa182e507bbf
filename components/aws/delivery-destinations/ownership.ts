/** Whose a destination is, which its ARN tells. */
import type { ArgumentProblem } from "../../arguments";
import type { DeliveryDestination } from "../../delivery-destination";
import { arnOf, type AwsContext } from "../context";

/** A domain or collection is of this account and region, a secret of this region (Firehose API, `SecretARN`). */
export function ownershipProblems(
  { identity }: AwsContext,
  destination: DeliveryDestination,
): ArgumentProblem[] {
  const { region, accountId } = identity;
  if (destination.kind === "http") {
    return destination.secretArn === undefined || destination.secretArn.split(":")[3] === region
      ? []
      : [`secretArn: is of another region; Firehose reads secrets of ${region}`];
  }
  const { domainArn, collectionArn } = destination;
  return [
    ["domainArn", domainArn, arnOf(identity, "es", "domain/")] as const,
    ["collectionArn", collectionArn, arnOf(identity, "aoss", "collection/")] as const,
  ].flatMap(([key, arn, start]) =>
    arn === undefined || arn.startsWith(start)
      ? []
      : [`${key}: is of another account or region; write one of ${accountId} in ${region}`],
  );
}
