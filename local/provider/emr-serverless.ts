import {
  CreateApplicationCommand,
  DeleteApplicationCommand,
  GetApplicationCommand,
  StopApplicationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApplicationCommand,
  type EMRServerlessClient,
} from "@aws-sdk/client-emr-serverless";
import type { Inputs, ResourceTypes } from "./resource-type";
import { changeTags, differ, told } from "./told";

/** What UpdateApplication takes. */
const SETTINGS = [
  ...["releaseLabel", "architecture", "maximumCapacity", "autoStartConfiguration", "autoStopConfiguration"],
  "runtimeConfigurations",
];

export const emrServerlessTypes: ResourceTypes = {
  "aws:emrserverless/application:Application": {
    create: async (inputs, { emrServerless }) => {
      const { applicationId, arn } = await emrServerless.send(
        new CreateApplicationCommand({
          name: inputs.name,
          type: inputs.type,
          tags: inputs.tags,
          ...settings(inputs),
        }),
      );
      return { id: applicationId!, outputs: { arn } };
    },
    read: async (applicationId, state, { emrServerless }) => {
      const { application } = await emrServerless.send(new GetApplicationCommand({ applicationId }));
      // It stays to be seen for a while after it is deleted.
      if (application!.state === "TERMINATED") return undefined;
      const found = {
        name: application!.name,
        // AWS answers with a capital where it takes none.
        type: application!.type?.toLowerCase(),
        releaseLabel: application!.releaseLabel,
        architecture: application!.architecture,
        maximumCapacity: application!.maximumCapacity,
        autoStartConfiguration: application!.autoStartConfiguration,
        autoStopConfiguration: application!.autoStopConfiguration,
        runtimeConfigurations: application!.runtimeConfiguration,
        tags: application!.tags ?? {},
      };
      return { inputs: told(state, found), outputs: { arn: application!.arn } };
    },
    update: async (applicationId, state, inputs, { emrServerless }) => {
      if (differ(state, inputs, ...SETTINGS)) {
        await stop(emrServerless, applicationId);
        await emrServerless.send(new UpdateApplicationCommand({ applicationId, ...settings(inputs) }));
      }
      const resourceArn = state.arn as string;
      await changeTags(
        state,
        inputs,
        (tags) => emrServerless.send(new TagResourceCommand({ resourceArn, tags })),
        (tagKeys) => emrServerless.send(new UntagResourceCommand({ resourceArn, tagKeys })),
      );
    },
    delete: async (applicationId, _state, { emrServerless }) => {
      await stop(emrServerless, applicationId);
      await emrServerless.send(new DeleteApplicationCommand({ applicationId }));
    },
  },
};

/** What is started is neither changed nor deleted; one whose jobs still run doesn't stop, and says so. */
async function stop(emrServerless: EMRServerlessClient, applicationId: string): Promise<void> {
  const { application } = await emrServerless.send(new GetApplicationCommand({ applicationId }));
  if (application!.state !== "STARTED") return;
  await emrServerless.send(new StopApplicationCommand({ applicationId }));
}

function settings(inputs: Inputs) {
  return {
    releaseLabel: inputs.releaseLabel as string,
    architecture: inputs.architecture === "ARM64" ? ("ARM64" as const) : ("X86_64" as const),
    maximumCapacity: inputs.maximumCapacity,
    autoStartConfiguration: inputs.autoStartConfiguration,
    autoStopConfiguration: inputs.autoStopConfiguration,
    runtimeConfiguration: inputs.runtimeConfigurations,
  };
}
