import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { TAG, type AwsContext } from "../context";
import type { ZoneBucket } from "./zone-bucket";

export interface WorkgroupsArgs {
  readonly results: ZoneBucket;
  readonly keyArn: pulumi.Input<string>;
  /** GB that one analyst's query may scan; 5 USD a TB (Athena pricing, 2026-11). */
  readonly scanLimitGb: number;
}

/**
 * Athena's two doors. `analysts` is enforced: results go where the platform says, under its key, and a query that
 * scans too much is stopped. `transform` is not enforced, because CTAS with an `external_location` fails in an enforced
 * workgroup; its role writes nothing but the curated zone.
 *
 * Idle cost: none.
 */
export class Workgroups extends pulumi.ComponentResource {
  readonly analysts: aws.athena.Workgroup;
  readonly transform: aws.athena.Workgroup;

  constructor(
    name: string,
    context: AwsContext,
    args: WorkgroupsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:Workgroups", name, {}, opts);
    const make = (part: "analysts" | "transform") =>
      new aws.athena.Workgroup(
        `${name}-${part}`,
        {
          name: context.names.of("workgroup", part),
          forceDestroy: !context.protectData,
          configuration: {
            enforceWorkgroupConfiguration: part === "analysts",
            publishCloudwatchMetricsEnabled: true,
            ...(part === "analysts" && { bytesScannedCutoffPerQuery: args.scanLimitGb * 1_000_000_000 }),
            resultConfiguration: {
              outputLocation: pulumi.interpolate`s3://${args.results.ready}/${part}/`,
              encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: args.keyArn },
            },
          },
          tags: { ...context.tags, [TAG.role]: part },
        },
        { parent: this },
      );
    this.analysts = make("analysts");
    this.transform = make("transform");
    this.registerOutputs({ analysts: this.analysts.name, transform: this.transform.name });
  }
}
