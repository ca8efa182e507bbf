/** Shipments of made-up people, and what they leave. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { ROOT } from "../../local/paths";
import { FileEpochKeys } from "../../shipper/keys/key-file";
import { FolderDestination } from "../../shipper/publish/folder";
import { ship, type Shipment, type ShipRequest } from "../../shipper/ship";

export const STUDENT_HEADER = "학번,이름,주민등록번호,휴대전화,이메일,학과,학년,입학연도,사용자ID";

/** Person number `n`, of whom every value is found nowhere by chance. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly residentNumber: string;
  readonly phone: string;
  readonly email: string;
  readonly user: string;
}

export function person(n: number): Person {
  const number = String(n).padStart(5, "0");
  return {
    id: `S2026${number}`,
    name: `뷁${"가나다라마바사아자차"[n % 10]}똠${n}`,
    residentNumber: `000101-3${number}0`,
    phone: `010-77${number.slice(0, 2)}-0${number.slice(2)}`,
    email: `Person.${number}@Example.ac.kr`,
    user: `user-${number}x`,
  };
}

export function studentRow(n: number, grade = "1"): string {
  const { id, name, residentNumber, phone, email, user } = person(n);
  return [id, name, residentNumber, phone, email, "컴퓨터공학과", grade, "2026", user].join(",");
}

export function studentCsv(rows: readonly string[]): string {
  return `${[STUDENT_HEADER, ...rows].join("\r\n")}\r\n`;
}

/** A request with everything but the sources; `folder` gets the output and, in its parent's place, nothing. */
export function request(
  folder: string,
  keyFile: string,
  own: Partial<ShipRequest> & Pick<ShipRequest, "sources">,
): ShipRequest {
  const source = new FileEpochKeys(keyFile);
  return {
    contract: "sis.students",
    contracts: [join(ROOT, "contracts")],
    destination: new FolderDestination(folder),
    staging: join(folder, ".staging"),
    rejects: join(folder, "rejects"),
    keys: { id: source.id, source },
    day: "2026-11-20",
    tool: "0.0.0",
    ...own,
  };
}

/** Every row of every file of a shipment, in the manifest's order. */
export async function rowsOf(folder: string, { manifest }: Shipment): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (const { path } of manifest.files) rows.push(...(await rowsOfFile(join(folder, path))));
  return rows;
}

async function rowsOfFile(path: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  return (await parquetReadObjects({ file })) as Record<string, unknown>[];
}

/** Files under a folder, relative. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Checksum of each file under a folder. */
export function checksums(folder: string): Record<string, string> {
  const sum = (path: string) =>
    createHash("sha256")
      .update(readFileSync(join(folder, path)))
      .digest("hex");
  return Object.fromEntries(filesUnder(folder).map((path) => [path, sum(path)]));
}

export async function refusal(wanted: ShipRequest): Promise<string> {
  try {
    await ship(wanted);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the shipment was not refused");
}
