/** The database's login, as RDS keeps it in Secrets Manager. */
import { ConfigurationError } from "../environment";
import type { Login } from "./store";

/** The little of Secrets Manager that is used. */
export interface Secrets {
  getSecretValue(input: { SecretId: string }): Promise<{ SecretString?: string }>;
}

/** @throws ConfigurationError where the secret has another form; what the client throws. */
export async function readLogin(secrets: Secrets, secretArn: string): Promise<Login> {
  const { SecretString: text = "" } = await secrets.getSecretValue({ SecretId: secretArn });
  const { username, password } = parsed(text);
  if (typeof username !== "string" || typeof password !== "string") {
    throw new ConfigurationError("the database's secret is no JSON object with username and password");
  }
  return { username, password };
}

function parsed(text: string): Record<string, unknown> {
  try {
    // The parser's own message quotes the text, so it goes no further.
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
