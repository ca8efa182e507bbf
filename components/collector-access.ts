/** Who may send events, and from which pages: what a stack's configuration says of it, and what is wrong with it. */
import type { ArgumentProblem } from "./arguments";
import { parseJson } from "./parse-json";

/** JSON web tokens that the collector takes: RS256 or ES256, signed by a key of the issuer's. */
export interface TokenAuthentication {
  /** `iss` of a token, letter by letter. */
  readonly issuer: string;
  /** `aud` of a token, or one of several that it names. */
  readonly audience: string;
  /** Where the issuer's public keys are: a JSON web key set. */
  readonly jwksUrl: string;
}

/**
 * `api-key`: a key that callers send as `x-api-key`; `iam`: requests signed by a role or user that may `execute-api:Invoke`;
 * or tokens of an issuer, sent as `authorization: Bearer …`.
 */
export type CollectorAuthentication = "api-key" | "iam" | TokenAuthentication;

export const AUTHENTICATION_FORM =
  "api-key, iam, or a JSON object with issuer, audience and jwksUrl (https://…) of the tokens to take";

const KEYS = ["issuer", "audience", "jwksUrl"] as const;

/** A setting's text; undefined where it is of no form that there is. */
export function parseAuthentication(text: string): CollectorAuthentication | undefined {
  if (text === "api-key" || text === "iam") return text;
  const parsed = parseJson(text);
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const isForm = Object.keys(parsed).every((key) => (KEYS as readonly string[]).includes(key));
  const tokens = parsed as TokenAuthentication;
  return isForm && authenticationProblems("", tokens).length === 0 ? tokens : undefined;
}

/** @param argument how the argument is called. */
export function authenticationProblems(
  argument: string,
  authentication: CollectorAuthentication,
): ArgumentProblem[] {
  if (typeof authentication === "string") return [];
  const { jwksUrl } = authentication;
  return [
    ...(["issuer", "audience"] as const)
      .filter((key) => typeof authentication[key] !== "string" || !/^[!-~]{1,512}$/.test(authentication[key]))
      .map((key) => `${argument}.${key}: is "${authentication[key]}"; write a text as tokens carry it`),
    ...(typeof jwksUrl === "string" && isHttps(jwksUrl)
      ? []
      : [
          `${argument}.jwksUrl: is "${jwksUrl}"; write an address like https://login.example.com/.well-known/jwks.json`,
        ]),
  ];
}

export const ORIGIN_FORM = 'an origin like https://www.example.com, without a path, and not "*"';

/** Whether a text is an origin as browsers send it: plain http of this machine only. */
export function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHere = url?.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
  return url !== undefined && (url.protocol === "https:" || isHere) && url.origin === text;
}

function isHttps(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" && url.username === "" && url.hash === "";
}
