/** The part of a run in which the platform does its work, and its roles use their rights. */
import type { Step } from "./run";
import { buildTables, runQueries, runSpark } from "./steps/analyse";
import { deployStack, startCloud } from "./steps/deploy";
import { dropFiles, ingestEvents, makeSample } from "./steps/ingest";

/** In the order in which data travels. */
export const WORK: readonly Step[] = [
  startCloud,
  deployStack,
  makeSample,
  ingestEvents,
  // Right before the run of everything, which then leaves their own arrival nothing to do.
  dropFiles,
  runSpark,
  buildTables,
  runQueries,
];
