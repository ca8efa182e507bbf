/** `naru verify aws --yes` as a process to be killed. Arguments: the folder of its progress; `--end`. */
import { verifyAws } from "../../../cli/verify";

const [folder, end] = process.argv.slice(2);

verifyAws({ stack: "dev", yes: true, ask: null, folder, end: end === "--end" }).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
