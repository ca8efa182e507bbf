/** Tags as services take them, tell them and change them. */
type Tags = Readonly<Record<string, string>>;

/** Tags of a service's list. */
export function tagsOf(
  list: readonly { readonly Key?: string; readonly Value?: string }[] | undefined,
): Tags {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key!, Value ?? ""]));
}

/** What takes the tags of one time to those of another. */
export function tagChanges(
  before: Tags = {},
  after: Tags = {},
): { removed: string[]; set: Record<string, string> } {
  return {
    removed: Object.keys(before).filter((key) => !(key in after)),
    set: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
  };
}
