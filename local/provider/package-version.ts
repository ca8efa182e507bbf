/** Version of an installed package of Pulumi's, which is that of its plugin. */
export function versionOf(plugin: string): string {
  return (require(`@pulumi/${plugin}/package.json`) as { version: string }).version;
}
