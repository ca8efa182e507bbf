/** Who is refused: strangers, clear transport, and roles that have no business with clear values. */
import { GetWorkGroupCommand } from "@aws-sdk/client-athena";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ServiceException,
} from "@aws-sdk/client-s3";
import { parseS3Uri } from "../../../local/pipeline/outputs";
import { generateSample } from "../../../samples";
import { sampleSize } from "../../up/sample-size";
import { credentialsOf, endpointOf } from "../account";
import { each, type Asked, type Guard } from "./guard";

const REFUSED = 403;
/** Roles of people, none of whom reads landing. */
const PEOPLE = ["loader", "analyst", "transform", "engineer", "steward"] as const;

export const ACCESS: readonly Guard[] = [
  {
    title: "roles that are refused a file with clear values",
    ask: (asked) =>
      each(PEOPLE, async (role) => {
        const { s3 } = await asked.clients.assume(asked.outputs.roles[role], "verify");
        return refusal(role, () => s3.send(new GetObjectCommand(clearFile(asked))));
      }),
  },
  {
    title: "whoever deploys is refused a file with clear values",
    onlyAws: "the emulator's root is refused nothing",
    ask: (asked) =>
      each([asked.account.caller], (caller) =>
        refusal(caller, () => asked.clients.s3.send(new GetObjectCommand(clearFile(asked)))),
      ),
  },
  {
    title: "requests without credentials that are refused",
    ask: ({ account, outputs }) =>
      each(Object.values(outputs.zones), async (zone) => {
        const { bucket } = parseS3Uri(zone);
        const { status } = await fetch(`${endpointOf("s3", account.region)}/${bucket}?list-type=2`);
        return status === REFUSED ? undefined : `${bucket} answers ${status}`;
      }),
  },
  {
    title: "requests without TLS that are refused",
    onlyAws: "it speaks plain HTTP",
    ask: async ({ account, outputs }) => {
      const s3 = new S3Client({
        ...{ region: account.region, credentials: await credentialsOf(account.region), forcePathStyle: true },
        endpoint: endpointOf("s3", account.region).replace("https:", "http:"),
      });
      return each(Object.values(outputs.zones), (zone) => {
        const { bucket: Bucket } = parseS3Uri(zone);
        return refusal(Bucket, () => s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 })));
      });
    },
  },
  {
    title: "events without a key that the collector refuses",
    ask: ({ outputs }) =>
      each(Object.keys(outputs.streams), async (dataSet) => {
        const url = `${outputs.eventsUrl}/${dataSet.replace(".", "/")}`;
        const { status } = await fetch(url, { method: "POST", body: "[]" });
        return status === REFUSED ? undefined : `${url} answers ${status}`;
      }),
  },
  {
    // Builders of tables have no limit, by design.
    title: "workgroups whose results lie under a key, with a limit for each query of an analyst",
    ask: ({ clients, outputs }) =>
      each(Object.values(outputs.workgroups), async (name) => {
        const { WorkGroup } = await clients.athena.send(new GetWorkGroupCommand({ WorkGroup: name }));
        const { BytesScannedCutoffPerQuery: limit = 0, ResultConfiguration } = WorkGroup?.Configuration ?? {};
        const encryption = ResultConfiguration?.EncryptionConfiguration?.EncryptionOption;
        return (limit > 0 || name !== outputs.workgroups.analysts) && encryption === "SSE_KMS"
          ? undefined
          : `${name} says limit ${limit}, results ${encryption}`;
      }),
  },
];

/** A file of the sample with personal values, which the run has dropped. */
function clearFile({ outputs }: Asked): { readonly Bucket: string; readonly Key: string } {
  const { bucket } = parseS3Uri(outputs.zones.landing);
  const { key } = generateSample(sampleSize({})).files.find(({ key: at }) => at.startsWith("sis/students/"))!;
  return { Bucket: bucket, Key: key };
}

/** @returns what is wrong: it was let in, or ended otherwise than by a refusal. */
async function refusal(who: string, attempt: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt();
  } catch (error) {
    const { $metadata, name } = error as S3ServiceException;
    return $metadata?.httpStatusCode === REFUSED ? undefined : `${who}: ${name}`;
  }
  return `${who} was let in`;
}
