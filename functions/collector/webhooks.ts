/** Requests of third parties: signed, and in a form of their own. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { Webhook } from "../../components/webhook";
import { mapEvent } from "./mapping";
import { bodyOf, eventsOf, headerOf, RequestError, type Events } from "./request";
import { signatureFault } from "./signature";

/** Gives the text of a secret. Rejects when it can't be read. */
export type ReadSecret = (arn: string) => Promise<string>;

/** Milliseconds that a secret is kept: a new one is known everywhere after these. */
const KEEP_SECRET = 5 * 60_000;

const PATH = "/v1/webhooks/";

export class Webhooks {
  private readonly byName: ReadonlyMap<string, Webhook>;
  private readonly secrets = new Map<string, { readonly secret: Buffer; readonly until: number }>();

  /** @param now milliseconds since 1970. @default the clock */
  constructor(
    webhooks: readonly Webhook[],
    private readonly readSecret: ReadSecret,
    private readonly now: () => number = Date.now,
  ) {
    this.byName = new Map(webhooks.map((webhook) => [webhook.name, webhook]));
  }

  /** The webhook of a request's route; undefined where the route is that of events. */
  of({ resource }: APIGatewayProxyEvent): Webhook | undefined {
    return resource?.startsWith(PATH) ? this.byName.get(resource.slice(PATH.length)) : undefined;
  }

  /**
   * Its events under the contract's keys, once the signature is that of the sender.
   * @throws RequestError 401 where it is not, 503 when the secret can't be read, and those of the body.
   */
  async eventsOf(webhook: Webhook, request: APIGatewayProxyEvent): Promise<Events> {
    const body = bodyOf(request);
    const secret = await this.secret(webhook.secretArn);
    const fault = signatureFault(webhook, body, (name) => headerOf(request, name), secret, this.now());
    if (fault !== undefined) throw new RequestError(401, fault);
    const events = eventsOf(body);
    const { fields } = webhook;
    return fields === undefined
      ? events
      : { ...events, all: events.all.map((event) => mapEvent(event, fields)) };
  }

  private async secret(arn: string): Promise<Buffer> {
    const kept = this.secrets.get(arn);
    if (kept !== undefined && kept.until > this.now()) return kept.secret;
    try {
      const text = await this.readSecret(arn);
      if (text === "") throw new Error("The secret is empty");
      const secret = Buffer.from(text, "utf8");
      this.secrets.set(arn, { secret, until: this.now() + KEEP_SECRET });
      return secret;
    } catch {
      throw new RequestError(503, "the secret of this webhook can't be read now; send the same again");
    }
  }
}
