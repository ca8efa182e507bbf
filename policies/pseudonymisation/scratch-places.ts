import { show } from "../model/expectation";
import { readString, type Path } from "../model/reading";
import { pipa } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged, type Stack, type StackResource } from "../model/stack";
import { DATA_CLASS, PSEUDONYMISER, ROLE as ROLE_TAG, ZONE } from "../model/tags";
import { BUCKET, EMR_SERVERLESS_APPLICATION, GLUE_JOB, ROLE, WORKGROUP } from "../model/types";

const FIX =
  "Name a folder in a bucket of the stack: results of queries beside no clear personal data, what jobs with clear values and EMR " +
  "leave behind in the closed zone.";

/** Where an engine leaves files that nobody asked for: results, spills, event logs. */
interface Place {
  readonly type: string;
  readonly path: Path;
  /** Whether the service chooses a place of its own without it. @default false */
  readonly isNeeded?: boolean;
  /** Whether files of `owner` may lie in `bucket`. */
  suits(bucket: StackResource, owner: StackResource, stack: Stack): boolean;
}

const isClosed = (bucket: StackResource) => isTagged(bucket, ZONE, "closed");

/** A job with clear values spills clear values. */
const suitsJob = (bucket: StackResource, job: StackResource, stack: Stack): boolean => {
  const role = stack.link(job, ["roleArn"], ROLE);
  const isOpen =
    role.state === "certain" && role.resources.every((each) => !isTagged(each, ROLE_TAG, PSEUDONYMISER));
  return isOpen || isClosed(bucket);
};

const PLACES: readonly Place[] = [
  {
    type: WORKGROUP,
    path: ["configuration", "resultConfiguration", "outputLocation"],
    isNeeded: true,
    // Whoever queries reads the results: beside clear records they would need rights on those.
    // And what they are of is in no public bucket, where the query itself need not be.
    suits: (bucket) => !["raw-pii", "public"].some((dataClass) => isTagged(bucket, DATA_CLASS, dataClass)),
  },
  ...["--TempDir", "--spark-event-logs-path"].map((argument): Place => ({
    type: GLUE_JOB,
    path: ["defaultArguments", argument],
    suits: suitsJob,
  })),
  {
    type: EMR_SERVERLESS_APPLICATION,
    path: ["monitoringConfiguration", "s3MonitoringConfiguration", "logUri"],
    suits: isClosed,
  },
  { type: "aws:emr/cluster:Cluster", path: ["logUri"], suits: isClosed },
];

/** Side doors of the engines: what they write besides their output lies where its values may. */
export const scratchPlaces: StackRule = {
  name: "scratch-places",
  group: "pseudonymisation",
  scope: "stack",
  severity: "high",
  description:
    "Query results, spills and logs of engines lie in buckets of the stack that suit their values.",
  framework: pipa(
    "28-4",
    "Pseudonymised data is kept apart from what leads back to people (가명정보의 안전조치)",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html",
  check(stack) {
    return PLACES.flatMap((place) => stack.ofType(place.type).flatMap((owner) => check(stack, owner, place)));
  },
};

function check(stack: Stack, owner: StackResource, { path, isNeeded = false, suits }: Place): Finding[] {
  const uri = readString(owner.props, path);
  if (uri.state === "absent")
    return isNeeded ? [violation(owner, `${show(path)} is missing: each client would choose.`, FIX)] : [];
  if (uri.state === "wrong-type") return [violation(owner, `${show(path)} is no place in S3.`, FIX)];
  const buckets =
    uri.state === "known"
      ? stack.ofType(BUCKET).filter(({ props }) => {
          const name = readString(props, ["bucket"]);
          return name.state === "known" && new RegExp("^s3a?://([^/]+)").exec(uri.value)?.[1] === name.value;
        })
      : stack.sources(owner, String(path[0]), BUCKET);
  if (buckets.length === 0)
    return uri.state === "unknown"
      ? [undecided(owner, show(path), FIX)]
      : [violation(owner, `${show(path)} is in no bucket of the stack.`, FIX)];
  const right = buckets.filter((bucket) => suits(bucket, owner, stack));
  if (right.length === buckets.length) return [];
  return right.length === 0
    ? [violation(owner, `${show(path)} is in a bucket that does not suit its values.`, FIX)]
    : [undecided(owner, `Which bucket ${show(path)} is in`, FIX)];
}
