/** Mutated requests over HTTP: gateway, function and stream of the platform that is up, not the handler alone. */
import { request as httpRequest, Agent } from "node:http";
import { GetApiKeysCommand, GetRestApisCommand } from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import { CloudClients } from "../../local/endpoints";
import { runningEndpoints } from "../../local/local-cloud";
import { Random } from "../../samples/random";
import { hostileRequest, MARK, type HostileRequest } from "../property/hostile-requests";
import { EVENT } from "../unit/functions/fixtures";

const SEED = 20261122;
const REQUESTS = 1000;

/** 403 is the gateway's, for a path that is none of its own; 503 would be a stream that refuses, and this one does not. */
const SOUND = [202, 207, 400, 403, 404, 413, 415];

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Last, as what is accepted changes the day's rows. */
export function answersHostileRequests(): void {
  it(`answers ${REQUESTS} mutated requests over HTTP without a 5xx, and says no value again`, async function () {
    this.timeout(300_000);
    const { url, key } = await findCollector();
    const agent = new Agent({ keepAlive: true });
    const random = new Random(SEED);
    const counts: Record<string, number> = {};
    const faults: string[] = [];
    let accepted = 0;
    for (let place = 0; place < REQUESTS; place++) {
      const hostile = hostileRequest(random, { ...EVENT, id: `hostile-${place}` });
      const { status, body } = await send(url, key, hostile, agent);
      counts[status] = (counts[status] ?? 0) + 1;
      accepted += (JSON.parse(body) as { accepted?: number }).accepted ?? 0;
      const told = `${place} (${hostile.mutations.join(", ")}): ${status}`;
      if (!SOUND.includes(status)) faults.push(told);
      if (body.includes(MARK) || body.includes(EVENT.email)) faults.push(`${told}, says a value again`);
    }
    const unknown = await send(url, "not-the-key", hostileRequest(new Random(1), EVENT), agent);
    agent.destroy();
    const line = Object.entries(counts).map(([status, count]) => `${status}: ${count}`);
    console.log(`      ${line.join(", ")}; ${accepted} events taken`);
    expect(faults).to.deep.equal([]);
    expect(unknown.status).to.equal(403);
    expect(Object.keys(counts).map(Number)).to.include.members([202, 207, 400, 404, 415]);
  });
}

async function findCollector(): Promise<{ url: URL; key: string }> {
  const endpoints = runningEndpoints();
  const { apiGateway } = new CloudClients(endpoints);
  const { items: apis = [] } = await apiGateway.send(new GetRestApisCommand({}));
  const { items: keys = [] } = await apiGateway.send(new GetApiKeysCommand({ includeValues: true }));
  const { id } = apis.find(({ name }) => name === "naru-local-collector")!;
  const { value } = keys.find(({ name }) => name === "naru-local-collector")!;
  return { url: new URL(`${endpoints.emulator}/_aws/execute-api/${id}/live/v1/events/`), key: value! };
}

/** By node's own client, which sends odd paths and headers as they are. */
function send(url: URL, key: string, { path, headers, body }: HostileRequest, agent: Agent): Promise<Answer> {
  const options = {
    ...{ host: url.hostname, port: url.port, method: "POST", agent },
    path: url.pathname + path.map(encodeURIComponent).join("/"),
    headers: { ...headers, "x-api-key": key, "content-length": body.length },
  };
  return new Promise((resolve, reject) => {
    httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () =>
        resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString("utf8") }),
      );
      response.once("error", reject);
    })
      .once("error", reject)
      .end(body);
  });
}
