/** A process that ships and kills itself, as `kill -9` would, while a chunk lies on disk in clear. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ship } from "../../shipper/ship";
import { request } from "./shipments";

const [folder, keyFile, source, chunkBytes, after] = process.argv.slice(2);
let converted = 0;

function killWhenInClear(): void {
  const staging = join(folder, ".staging");
  const inClear = readdirSync(staging).some((run) =>
    readdirSync(join(staging, run)).some((name) => name.startsWith("chunk-")),
  );
  if (inClear) process.kill(process.pid, "SIGKILL");
  setImmediate(killWhenInClear);
}

void ship(
  request(folder, keyFile, {
    sources: [source],
    chunkBytes: Number(chunkBytes),
    lanes: 2,
    watch: {
      converted: () => {
        if (++converted === Number(after)) killWhenInClear();
      },
    },
  }),
);
