/** Tables of PostgreSQL and MySQL as sources of a shipment. */
export { isTableAddress } from "./address";
export type { TableAccess } from "./login";
export { readTable } from "./table-source";
