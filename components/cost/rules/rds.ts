/** RDS: PostgreSQL in the classes whose price is known. */
import { HOURS } from "../month";
import { depends, idle, unpriced, type CostPart } from "../part";
import { PRICES } from "../prices";
import { inputAt, isUnknown, numberAt, textAt, type PlannedResource } from "../planned-resource";

export function instance(resource: PlannedResource): CostPart[] {
  const engine = textAt(resource, "engine") ?? "";
  const instanceClass = textAt(resource, "instanceClass") ?? "";
  const price = `rds-${engine === "postgres" ? "postgresql" : engine}-${instanceClass.replace(/^db\./, "")}`;
  if (!PRICES.some(({ id }) => id === price)) {
    return [
      unpriced(`${engine} ${instanceClass}`.trim(), "no price of this engine and class is in the price file"),
    ];
  }
  const standby = inputAt(resource, "multiAz");
  if (isUnknown(standby))
    return [depends("server", "whether it has a standby, which the plan does not know", price)];
  const servers = standby === true ? 2 : 1;
  const gigabytes = numberAt(resource, "allocatedStorage", 0);
  return [
    idle(standby === true ? "server with a standby" : "server", servers * HOURS, price),
    gigabytes === null
      ? depends("storage", "its size, which the plan does not know", "rds-gp3")
      : idle("storage", servers * gigabytes, "rds-gp3"),
    depends("backups", "how much changes"),
  ];
}
