/** A preparation that nothing is wrong with, and the lake that it stands on. */
import { DataBrew, DataLake, EncryptionKeys, type Preparation } from "../../../components/aws";
import { CONTRACTS, contextWith } from "./mocks";

export const MUSIC = CONTRACTS.filter(({ domain, id }) => domain === "music" || id === "lms.requests");

export const GOOD: Preparation = {
  name: "tracks",
  input: { dataSet: "music.top_tracks" },
  steps: [
    { action: "rename", column: "name", to: "track" },
    { action: "join", dataSet: "music.artists", on: { artist_id: "artist_id" }, columns: ["name", "genre"] },
    { action: "lower-case", column: "genre" },
  ],
  output: "music/prepared/",
};

export function makeBrew(preparations: readonly Preparation[]): DataBrew {
  return ground()(preparations);
}

/** One lake, over which components are made; many refused ones cost little. */
export function ground(): (preparations: readonly Preparation[]) => DataBrew {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: MUSIC });
  const lake = new DataLake("lake", context, { contracts: MUSIC, keys });
  return (preparations) => new DataBrew("prep", context, { lake, keys, preparations });
}
