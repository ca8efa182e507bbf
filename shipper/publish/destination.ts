/** Where a shipment goes. The manifest comes last: files without one are not shipped yet. */
import type { Manifest } from "../run/manifest";

export interface Delivery {
  /** Where the file lies until it is published. */
  readonly file: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Destination {
  /** The manifest of a run that was published before. */
  published(run: string): Promise<Manifest | undefined>;
  /** Puts every file in its place, then the manifest. What is there from other runs stays as it is. */
  publish(deliveries: readonly Delivery[], manifest: Manifest): Promise<void>;
}

export function manifestPath(run: string): string {
  return `manifests/${run}/manifest.json`;
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
