import { createHmac, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { expect } from "chai";
import { authorize } from "../../../functions/token-authorizer/authorize";
import { KeySet } from "../../../functions/token-authorizer/key-set";

const NOW = Date.parse("2026-11-21T03:00:00Z");
const RULES = { issuer: "https://login.example.com/", audience: "naru" };
const METHOD = "arn:aws:execute-api:ap-northeast-2:123456789012:api1/live/POST/v1/events/lms/requests";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const otherCurve = generateKeyPairSync("ec", { namedCurve: "P-384" });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });

const jwk = (key: KeyObject, kid: string, more = {}) => ({ ...key.export({ format: "jwk" }), kid, ...more });

const PUBLISHED = [
  jwk(rsa.publicKey, "rsa", { alg: "RS256", use: "sig" }),
  jwk(ec.publicKey, "ec"),
  jwk(weak.publicKey, "weak"),
  jwk(otherCurve.publicKey, "p384"),
  jwk(stranger.publicKey, "for-encryption", { use: "enc" }),
  { kty: "RSA", kid: "broken", n: "!", e: "AQAB" },
];

const CLAIMS = { iss: RULES.issuer, aud: RULES.audience, sub: "app", exp: NOW / 1000 + 600 };

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

function token(
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key: KeyObject = rsa.privateKey,
): string {
  const signed = `${part({ alg: "RS256", kid: "rsa", ...header })}.${part({ ...CLAIMS, ...claims })}`;
  const form = key.asymmetricKeyType === "ec" ? ({ key, dsaEncoding: "ieee-p1363" } as const) : key;
  return `${signed}.${sign("sha256", Buffer.from(signed), form).toString("base64url")}`;
}

function issuer() {
  let now = NOW;
  let fetched = 0;
  let answer = (): string => JSON.stringify({ keys: PUBLISHED });
  const keys = new KeySet(
    "https://login.example.com/keys",
    async () => {
      fetched++;
      return answer();
    },
    () => now,
  );
  const ask = (given: string, scheme = "Bearer ") =>
    authorize(
      { type: "TOKEN", methodArn: METHOD, authorizationToken: `${scheme}${given}` },
      RULES,
      keys,
      now,
    ).then(
      ({ policyDocument }) => JSON.stringify(policyDocument.Statement),
      (error: Error) => error.message,
    );
  return {
    ask,
    fetched: () => fetched,
    wait: (milliseconds: number) => void (now += milliseconds),
    publish: (next: () => string) => void (answer = next),
  };
}

describe("token authoriser", () => {
  const ALLOWED = "arn:aws:execute-api:ap-northeast-2:123456789012:api1/live/POST/v1/events/*";

  it("lets the bearer of the issuer's token post events, and do nothing else", async () => {
    for (const held of [token(), token({}, { alg: "ES256", kid: "ec" }, ec.privateKey)]) {
      expect(JSON.parse(await issuer().ask(held))).to.deep.equal([
        { Effect: "Allow", Action: "execute-api:Invoke", Resource: ALLOWED },
      ]);
    }
  });

  it("takes one audience of several, the scheme in any case, and clocks a minute apart", async () => {
    const { ask } = issuer();
    expect(await ask(token({ aud: ["other", "naru"] }))).to.include(ALLOWED);
    expect(await ask(token(), "bearer ")).to.include(ALLOWED);
    expect(await ask(token({ exp: NOW / 1000 - 59, nbf: NOW / 1000 + 59 }))).to.include(ALLOWED);
  });

  const [header, claims, signature] = token().split(".") as [string, string, string];
  const REFUSED: [why: string, given: string][] = [
    ["another issuer", token({ iss: "https://evil.example.com/" })],
    ["no issuer", token({ iss: undefined })],
    ["another audience", token({ aud: "other" })],
    ["no audience", token({ aud: undefined })],
    ["an audience that contains ours", token({ aud: "naru-test" })],
    ["one that ended", token({ exp: NOW / 1000 - 61 })],
    ["one without an end", token({ exp: undefined })],
    ["an end that is text", token({ exp: "9999999999" })],
    ["one that is not yet", token({ nbf: NOW / 1000 + 61 })],
    ["a start that is text", token({ nbf: "0" })],
    ["a stranger's signature", token({}, {}, stranger.privateKey)],
    ["a key that the issuer has not", token({}, { kid: "none" })],
    ["no key id", token({}, { kid: undefined })],
    ["a weak key", token({}, { kid: "weak" }, weak.privateKey)],
    ["a key for encryption", token({}, { kid: "for-encryption" }, stranger.privateKey)],
    ["a curve that is not ours", token({}, { alg: "ES256", kid: "p384" }, otherCurve.privateKey)],
    ["the algorithm none", token({}, { alg: "none" })],
    ["no algorithm", token({}, { alg: undefined })],
    ["an algorithm that is not the key's", token({}, { alg: "ES256" })],
    ["critical extensions", token({}, { crit: ["b64"], b64: false })],
    ["claims that were changed", `${header}.${part({ ...CLAIMS, sub: "root" })}.${signature}`],
    ["no signature", `${header}.${claims}.`],
    ["two parts", `${header}.${claims}`],
    ["four parts", `${token()}.x`],
    ["what is too long", token({ pad: "x".repeat(9000) })],
    ["no JSON", `${Buffer.from("{").toString("base64url")}.${claims}.${signature}`],
    ["a header that is null", `${part(null)}.${claims}.${signature}`],
    ["nothing", ""],
    [
      "the public key used as a secret (algorithm confusion)",
      (() => {
        const signed = `${part({ alg: "HS256", kid: "rsa" })}.${part(CLAIMS)}`;
        const pem = rsa.publicKey.export({ type: "spki", format: "pem" });
        return `${signed}.${createHmac("sha256", pem).update(signed).digest("base64url")}`;
      })(),
    ],
  ];
  for (const [why, given] of REFUSED) {
    it(`refuses ${why}`, async () => {
      expect(await issuer().ask(given)).to.equal("Unauthorized");
    });
  }

  it("refuses another scheme", async () => {
    expect(await issuer().ask(token(), "Basic ")).to.equal("Unauthorized");
  });

  it("fetches the keys once in ten minutes, and for a new key id at most every 30 seconds", async () => {
    const { ask, fetched, wait } = issuer();
    await ask(token());
    await ask(token());
    expect(fetched()).to.equal(1);
    for (let kid = 0; kid < 50; kid++) await ask(token({}, { kid: `new-${kid}` }));
    expect(fetched()).to.equal(1);
    wait(30_000);
    await ask(token({}, { kid: "new" }));
    expect(fetched()).to.equal(2);
    wait(10 * 60_000 + 1);
    await ask(token({ exp: NOW / 1000 + 9000 }));
    expect(fetched()).to.equal(3);
  });

  it("takes a key that the issuer adds, and refuses one that it takes back", async () => {
    const { ask, wait, publish } = issuer();
    const late = token({ exp: NOW / 1000 + 9000 });
    const added = token({ exp: NOW / 1000 + 9000 }, { kid: "added" }, stranger.privateKey);
    expect(await ask(late)).to.include(ALLOWED);
    publish(() => JSON.stringify({ keys: [jwk(stranger.publicKey, "added")] }));
    wait(30_000);
    expect(await ask(added)).to.include(ALLOWED);
    expect(await ask(late)).to.equal("Unauthorized");
  });

  it("goes on with the keys it has when the issuer is away, for twenty minutes", async () => {
    const { ask, wait, publish } = issuer();
    const late = token({ exp: NOW / 1000 + 9000 });
    await ask(late);
    publish(() => {
      throw new Error("away");
    });
    wait(19 * 60_000);
    expect(await ask(late)).to.include(ALLOWED);
    wait(2 * 60_000);
    expect(await ask(late)).to.equal("The key set can't be fetched");
  });

  for (const text of ["", "{}", "[]", '{"keys":7}', "null"]) {
    it(`lets nobody in with a key set that is ${text === "" ? "empty" : text}`, async () => {
      const { ask, publish } = issuer();
      publish(() => text);
      expect(await ask(token())).to.match(/^(Unauthorized|The key set can't be fetched)$/);
    });
  }
});
