/** What the rewriter's module offers. Compiled to WebAssembly by `shipper/rewrite/compile.ts`. */
export { allow, isUnfit, setColumn, unread } from "./columns";
export { offsetsOf, setField, setTable } from "./fields";
export { loadKey, PADS } from "./hmac";
export {
  dataAt,
  dataBytes,
  dataPacked,
  dictionaryAt,
  dictionaryBytes,
  dictionaryPacked,
  dictionaryValues,
  encode,
  encodeConstant,
  greatest,
  least,
  values,
} from "./pages";
export { setRule } from "./pseudonyms";
export {
  broken,
  brokenAt,
  doubtful,
  doubtfulAt,
  layOut,
  manyDays,
  outputAt,
  overflow,
  rewrite,
  rows,
  rowsAt,
  runsAt,
  written,
} from "./rewrite";
