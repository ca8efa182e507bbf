/** The sources of a shipment, described one by one and held against each other. */
import type { DataSet } from "../components/contract/model";
import { isDate } from "../functions/event-time";
import { isTableAddress, readTable } from "./database";
import type { ShipRequest } from "./ship";
import { refuseAll, ShipError } from "./ship-error";
import { describeSource, type Source } from "./source/source";

/**
 * Looks at files, and reads tables into the staging folder.
 * @param sources gets every source that could be described, so that the caller can release it whatever happens after.
 * @throws ShipError with every fault of every source.
 */
export async function describeAll(request: ShipRequest, dataSet: DataSet, sources: Source[]): Promise<void> {
  const faults = tableFaults(request, dataSet);
  // Nobody waits for a table to be told what was known before.
  refuseAll(faults);
  for (const path of request.sources) {
    try {
      sources.push(await describe(path, request, dataSet));
    } catch (error) {
      if (!(error instanceof ShipError)) throw error;
      faults.push(error);
    }
  }
  const [first] = sources;
  if (sources.some(({ form }) => JSON.stringify(form) !== JSON.stringify(first.form))) {
    faults.push(
      new ShipError(
        "naru ship",
        "the sources have their columns in different orders",
        "ship them one by one",
      ),
    );
  }
  refuseAll([...faults, ...repeated(sources), ...dayFaults(request, dataSet, sources)]);
}

/** Rows of a file that is named twice would be there twice. */
function repeated(sources: readonly Source[]): ShipError[] {
  const again = sources.filter(({ file }, at) => sources.findIndex((other) => other.file === file) < at);
  return again.map(({ path }) => new ShipError(path, "is named more than once", "name each source once"));
}

function describe(path: string, request: ShipRequest, dataSet: DataSet): Promise<Source> {
  if (!isTableAddress(path)) return describeSource(path, dataSet, request.encoding);
  const { access = {}, staging, watch = {} } = request;
  return readTable(path, {
    dataSet,
    staging,
    access,
    onRows: (rows, estimated) => watch.reading?.(rows, estimated),
    onEarlier: ({ rows, readAt }, folder) => watch.readBefore?.(rows, readAt, folder),
  });
}

/** What can be said of tables before one is read. */
function tableFaults(request: ShipRequest, dataSet: DataSet): ShipError[] {
  const tables = request.sources.filter(isTableAddress);
  if (tables.length === 0) return [];
  const faults = tables.length === request.sources.length ? dayFaults(request, dataSet, [{}]) : [];
  if (request.encoding === undefined) return faults;
  return [...faults, new ShipError("--encoding", "is given, and a server tells its own", "leave it out")];
}

function dayFaults(
  { day }: ShipRequest,
  { id, partition }: DataSet,
  sources: readonly Pick<Source, "day">[],
): ShipError[] {
  if (partition.from !== undefined) {
    return day === undefined
      ? []
      : [new ShipError("--dt", `is given, but ${id} takes the day from ${partition.from}`, "leave it out")];
  }
  const days = [...new Set(day === undefined ? sources.map((source) => source.day) : [day])];
  if (days.length > 1) {
    return [
      new ShipError("naru ship", "the sources are of different days", "ship them day by day, or give --dt"),
    ];
  }
  if (days.every((one) => one !== undefined && isDate(one))) return [];
  return [
    new ShipError(
      "--dt",
      days[0] === undefined ? `is missing, and ${id} takes the day from no column` : `is no day: ${days[0]}`,
      "write --dt YYYY-MM-DD, the day that the data is of, or keep the file in a folder dt=YYYY-MM-DD",
    ),
  ];
}
