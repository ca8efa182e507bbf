/** The states that tell owners what a curation found, from the id and the state of its run: `{ run: { id, state } }`. */
import { NOTICES, noticeStates, type NoticePlace } from "../spark-cluster/notices";

/**
 * A run that succeeded has left notices under its id: where others stand, a later run was faster than its event, and
 * that is told as a failure. One that failed may have left none.
 */
export function ownersToldMachine(place: NoticePlace): Record<string, unknown> {
  const untold = "NotTold";
  return {
    Comment: "Tells the owners of data sets what a curation found",
    StartAt: NOTICES.start,
    States: {
      ...noticeStates(place, "AreTold"),
      AreTold: {
        Type: "Choice",
        Choices: [
          { Variable: "$.failure", IsPresent: true, Next: untold },
          { Variable: NOTICES.read, StringEqualsPath: "$.run.id", Next: "Told" },
          { Variable: "$.run.state", StringEquals: "SUCCEEDED", Next: untold },
        ],
        Default: "Told",
      },
      Told: { Type: "Succeed" },
      [untold]: { Type: "Fail", Error: "NotTold", Cause: "Owners were not told what a curation found" },
    },
  };
}
