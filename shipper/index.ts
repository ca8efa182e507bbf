/** The shipper: what the commands `naru ship` and `naru key` are made of. */
export type { TableAccess } from "./database";
export { checkKeyFile, FileEpochKeys, type KeyFacts, newKeyFile } from "./keys/key-file";
export { Progress, type ProgressOptions } from "./progress";
export type { Destination } from "./publish/destination";
export { FolderDestination } from "./publish/folder";
export type { ChunkResult, Manifest } from "./run/manifest";
export { CHUNK_BYTES, ship, type Shipment, type ShipRequest, type ShipWatch } from "./ship";
export { ShipError } from "./ship-error";
export { stopAll } from "./stop";
export { type Encoding, ENCODINGS } from "./source/text";
