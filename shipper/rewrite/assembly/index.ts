/** What the rewriter's module offers. Compiled to WebAssembly by `shipper/rewrite/compile.ts`. */
export { loadKey, PADS } from "./hmac";
export { setRule } from "./pseudonyms";
export {
  broken,
  brokenAt,
  doubtful,
  doubtfulAt,
  layOut,
  manyDays,
  offsetsOf,
  outputAt,
  overflow,
  rewrite,
  rows,
  rowsAt,
  setField,
  setTable,
  written,
} from "./rewrite";
