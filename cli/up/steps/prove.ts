import { IDENTIFIER_KINDS } from "../../../components/contract/column";
import { epochKeys } from "../../../local/proof/key-material";
import { allLogs, LeakProof, type LeakSearch } from "../../../local/proof/leaks";
import { lakeFacts } from "../../../local/proof/lake";
import { canReadSockets, exposedSockets } from "../../../local/proof/sockets";
import { readRights, refusals } from "../../../local/rights";
import { canaries, normalisedCanaries } from "../../../samples";
import { accountFor, disagreements } from "../accounting";
import type { Deployed, Run, Step } from "../run";

export const countSums: Step = {
  title: "Sums agree at every stage",
  run: async (run, { note }) => {
    run.report.sums = accountFor(run as Deployed);
    const wrong = disagreements(run.report.sums);
    if (wrong.length > 0) throw new Error(`Records are unaccounted for:\n${wrong.join("\n")}`);
    note(`${run.report.sums.length} sums agree; none unaccounted for`);
  },
};

export const readFooters: Step = {
  title: "Every Parquet file outside landing says SNAPPY in its footer",
  run: async (run, { note }) => {
    const { clients, outputs } = run as Deployed;
    const { landing, ...open } = await lakeFacts(clients.s3, outputs.zones);
    run.report.zones = { landing, ...open };
    Object.entries(run.report.zones).forEach(([zone, { objects, parquetFiles, rows, codecs }]) =>
      note(
        `${zone.padEnd(13)} ${String(objects).padStart(3)} objects, ${String(parquetFiles).padStart(3)} Parquet files, ` +
          `${String(rows).padStart(6)} rows${parquetFiles === 0 ? "" : `, ${Object.keys(codecs).join(", ")}`}`,
      ),
    );
    const wrong = Object.values(open).flatMap(({ notSnappy }) => notSnappy);
    if (wrong.length > 0) throw new Error(`These files are not wholly SNAPPY:\n${wrong.join("\n")}`);
    if (open.raw.parquetFiles === 0 || open.curated.parquetFiles === 0) {
      throw new Error("raw or curated holds no Parquet file at all");
    }
  },
};

export const searchCanaries: Step = {
  title: "No personal value and no key outside the closed zone, in any byte",
  run: async (run, { say, note }) => {
    say("searching");
    run.report.leaks = await searchForLeaks(run as Deployed, await allLogs(run.clients!.logs));
    const { values, patterns, files, bytes, searchedBytes, closedZone, foundInClosedZone } = run.report.leaks;
    note(
      `${values.toLocaleString("en")} values in ${patterns.toLocaleString("en")} spellings, ${files} files, ` +
        `${megabytes(bytes)} (${megabytes(searchedBytes)} with what Parquet and archives hold): ` +
        `${foundInClosedZone.toLocaleString("en")} found in the closed zone, none outside`,
    );
    note(`closed zone: ${closedZone.join(", ")}`);
  },
};

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @throws Error when a value stands outside the closed zone, or the search does not even find what is in landing. */
export async function searchForLeaks(run: Deployed, logs?: string): Promise<LeakSearch> {
  // Prepared once: after the cloud has stopped, nobody can ask for the keys.
  const leaks = await (run.leakProof ??= await prepareProof(run)).run(logs);
  if (leaks.missingInLanding > 0) {
    throw new Error(
      `The search misses ${leaks.missingInLanding} values that stand in landing; it proves nothing`,
    );
  }
  if (leaks.foundForReidentification === 0) {
    throw new Error("What turns pseudonyms back holds no value; nobody could be found by a pseudonym");
  }
  if (leaks.leaks.length > 0) {
    const places = leaks.leaks.map(({ file, spellings }) => `${file} (${spellings.join(", ")})`);
    throw new Error(`Personal values or keys stand outside the closed zone:\n${places.join("\n")}`);
  }
  return leaks;
}

async function prepareProof({ sample, clients, outputs, ownCsv }: Deployed): Promise<LeakProof> {
  // Of every kind, whether the contracts use it or not: a key that nobody used is found nowhere. Older epochs are bridged.
  const { pseudonymKey, oldestPseudonymEpoch: oldest, pseudonymEpoch: newest } = outputs;
  const epochs = Array.from({ length: newest - oldest + 1 }, (_, at) => oldest + at);
  const keys = (
    await Promise.all(epochs.map((epoch) => epochKeys(clients.kms, pseudonymKey, IDENTIFIER_KINDS, epoch)))
  ).flat();
  const own = ownCsv?.personalValues ?? [];
  const inFiles = canaries(sample, "files");
  const written = new Set([...inFiles, ...canaries(sample, "events")]);
  return new LeakProof({
    values: [...new Set([...written, ...normalisedCanaries(sample, written), ...own])],
    inLanding: [...inFiles, ...own],
    keys,
    outputs,
  });
}

/** Services try again, or give up on a record: a step may pass although a role lacks what it needs. */
export const checkRights: Step = {
  title: "Every role did its work under IAM, and none was refused",
  run: async (run: Run, { note }) => {
    const rights = readRights();
    const used = rights.filter(({ granted }) => granted !== null);
    const pairs = new Set(used.map(({ role, action }) => `${role} ${action}`)).size;
    const roles = new Set(used.map(({ role }) => role)).size;
    const refused = refusals(Date.parse(run.report.startedAt), rights);
    run.report.rights = { roles, used: pairs, refused };
    if (refused.length > 0) throw new Error("The program's roles lack what the run needs");
    if (pairs === 0) throw new Error("IAM decided nothing; the run proves nothing of rights");
    note(`${roles} roles used ${pairs} of their rights (role and action)`);
  },
};

export const checkSockets: Step = {
  title: "Nothing listened on anything but 127.0.0.1 during the run",
  run: async (run: Run, { note }) => {
    if (!canReadSockets()) {
      note("not checked: this system has no /proc/net/tcp");
      return;
    }
    const sockets = run.sockets.end();
    const exposed = exposedSockets(sockets).map(({ address, port }) => `${address}:${port}`);
    run.report.sockets = { listening: sockets.length, exposed };
    if (exposed.length > 0)
      throw new Error(`These listened to more than this machine: ${exposed.join(", ")}`);
    note(
      `${sockets.length} listening sockets of this process and its children, looked at every second: all loopback`,
    );
  },
};
