/** The compliant plans that mutants are made of. */
import { ROOT } from "../../../local/paths";
import { recordProgram, type RecordedResource } from "../../../local/recorder";

const SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registrar-a1B2c3";

/** Everything that a setting may add, as far as settings go together. */
const OPTIONS: Readonly<Record<string, unknown>> = {
  "naru:network": "own",
  "naru:networkZones": "3",
  "naru:etl": "glue",
  "naru:database": { engine: "postgresql" },
  "naru:kafka": { cluster: "provisioned" },
  "naru:connections": [
    {
      ...{ name: "registrar", kind: "JDBC", url: "jdbc:mysql://registrar.example.com/registrar" },
      secretArn: SECRET,
    },
  ],
  "naru:crawlers": [
    { name: "ratings", zone: "curated", folder: "partner/ratings/", mode: "events" },
    { name: "registrar", connection: "registrar", path: "registrar/%", schedule: "cron(0 16 * * ? *)" },
  ],
  "naru:federatedSources": [
    {
      ...{ name: "registry", engine: "mysql", host: "registry.example.com", database: "registry" },
      ...{ secretArn: SECRET, reaches: ["10.1.0.0/24"], personalData: "none" },
    },
  ],
  "naru:accountGovernance": "true",
  "naru:lakeAdmins": ["arn:aws:iam::123456789012:role/deploy"],
  "naru:dataPreparations": ["docs/examples/track-popularity.preparation.yaml"],
};

/** A plan with the name that reports call it by. */
export interface NamedPlan {
  readonly name: string;
  readonly resources: readonly RecordedResource[];
}

/** Records the plans of prod and dev, and of a prod stack with options. */
export async function compliantPlans(): Promise<NamedPlan[]> {
  const settings = Object.fromEntries(
    Object.entries(OPTIONS).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const plans: NamedPlan[] = [];
  for (const [name, stack, config] of [
    ["prod", "prod", {}],
    ["dev", "dev", {}],
    ["prod with options", "prod", settings],
  ] as const) {
    const { resources } = await recordProgram({ root: ROOT, stack, config });
    plans.push({ name, resources });
  }
  return plans;
}
