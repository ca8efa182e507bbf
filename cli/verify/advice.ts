/** What a person does about a failure that AWS or Pulumi tells in its own words. */

interface Known {
  readonly said: RegExp;
  readonly advice: (match: RegExpExecArray, stack: string) => string;
}

const KNOWN: readonly Known[] = [
  {
    said: /ExpiredToken|token (?:included in the request )?(?:has |is )?expired|SSO session\b.{0,60}(?:expired|invalid)|InvalidGrantException/i,
    advice: (_, stack) =>
      `Your session has ended. Log in again (aws sso login), and go on: naru verify aws --stack ${stack}`,
  },
  {
    said: /InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException|AuthFailure/,
    advice: () =>
      "AWS does not know these credentials, or not in this region: look at `aws sts get-caller-identity`, AWS_PROFILE and aws:region",
  },
  {
    said: /(\S+) is not authorized to perform:? (\S+?)(?: on resource:? (\S+?))?(?:[\s,"]|$)/,
    advice: ([, who, action, resource]) =>
      `${who} lacks the right ${action}${resource === undefined ? "" : ` on ${resource}`}. ` +
      (/assumed-role\/|:user\//.test(who!)
        ? "If that is you: your account's administrators grant it. If it is a role of the stack: the program should have; please tell us"
        : "Your account's administrators grant it"),
  },
  {
    said: /explicit deny in a service control policy|with an explicit deny in .{0,40}(?:boundary|policy)/,
    advice: () =>
      "The organisation forbids it by a policy over the account; no right of yours helps. Ask for an account that may",
  },
  {
    said: /BucketAlreadyExists\b/,
    advice: () =>
      "The bucket's name is taken by another account: names are the world's. They hold the project, the stack and the account, so give " +
      "the stack another name",
  },
  {
    said: /BucketAlreadyOwnedByYou|EntityAlreadyExists|AlreadyExistsException|ResourceInUseException|ResourceConflictException|QueueAlreadyExists/,
    advice: (_, stack) =>
      `Something of that name is in your account already, and Pulumi's state of ${stack} does not know it: left of an earlier stack, or made in another ` +
      `backend. Remove it there, or take it in: pulumi import --stack ${stack}`,
  },
  {
    said: /(\w*(?:(?<!Request)LimitExceeded|QuotaExceeded|TooMany(?!Requests)|TooManyBuckets)\w*)/,
    advice: ([, code]) =>
      `${code}: a quota of the account is reached. Service Quotas raises most of them; or remove what is not needed`,
  },
  {
    said: /ThrottlingException|TooManyRequestsException|Rate exceeded|RequestLimitExceeded/,
    advice: (_, stack) =>
      `AWS wants fewer requests at once. Wait a minute, and go on: naru verify aws --stack ${stack}`,
  },
  {
    said: /OptInRequired|SubscriptionRequiredException|(?:getaddrinfo )?ENOTFOUND (\S+)|no such host|not (?:supported|available) in (?:this|the) region/i,
    advice: ([, host]) =>
      `The service is not there for you${host === undefined ? "" : ` (${host})`}: the region lacks it, your account has not opted in, or this machine ` +
      "has no way to it. Look at aws:region",
  },
  {
    said: /is currently locked by|Another update is currently in progress|\[409\] Conflict/,
    advice: (_, stack) =>
      `Another update holds the stack. If it is alive, wait. If it died, on whatever machine: pulumi cancel --stack ${stack}, and go on`,
  },
  {
    said: /failed to load checkpoint: EOF/,
    advice: (_, stack) =>
      `Pulumi was killed while it wrote to its backend. If that is a folder, the state is whole: remove the empty file ${stack}.json.attrs beside ` +
      `${stack}.json (.pulumi/stacks/<project>), and go on`,
  },
  {
    said: /passphrase must be set|incorrect passphrase/,
    advice: () =>
      "Pulumi encrypts secrets of this backend with a passphrase: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  },
  {
    said: /PULUMI_ACCESS_TOKEN must be set|not logged in|could not get cloud url/i,
    advice: () => "Pulumi has no backend to keep the state in: pulumi login",
  },
  {
    said: /AmazonEMR-?Serverless|service-linked role|InvalidServiceLinkedRole/i,
    advice: () =>
      "AWS makes a role of its own for a service at its first use: whoever deploys needs iam:CreateServiceLinkedRole",
  },
];

/** Lines to show below a failure; none for what is not known. */
export function adviceFor(said: string, stack: string): string[] {
  const lines = KNOWN.flatMap(({ said: pattern, advice }) => {
    const match = pattern.exec(said);
    return match === null ? [] : [advice(match, stack)];
  });
  return [...new Set(lines)];
}
