/** The part of Secrets Manager's client that the collector uses; Lambda's runtime brings the client (see functions/bundle.ts). */
declare module "@aws-sdk/client-secrets-manager" {
  export class SecretsManager {
    constructor(configuration: object);
    getSecretValue(input: { readonly SecretId: string }): Promise<{ readonly SecretString?: string }>;
  }
}
