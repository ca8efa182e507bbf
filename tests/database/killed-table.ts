/** A process that ships a table and kills itself, as `kill -9` would: while it reads, or while a chunk is in clear. */
import { ship } from "../../shipper/ship";
import { request } from "../shipper/shipments";

const [folder, keyFile, contracts, source, chunkBytes, moment] = process.argv.slice(2);
let converted = 0;
const kill = () => process.kill(process.pid, "SIGKILL");

void ship({
  ...request(folder, keyFile, { sources: [source] }),
  contract: "club.people",
  contracts: [contracts],
  chunkBytes: Number(chunkBytes),
  lanes: 2,
  watch: {
    reading: (rows) => void (moment === "reading" && rows >= 50_000 && kill()),
    converted: () => void (moment === "converting" && ++converted === 3 && kill()),
  },
});
