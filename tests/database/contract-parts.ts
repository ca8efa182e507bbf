/** Parts of the tables' contracts, as ODCS has them. */

export const custom = (properties: Readonly<Record<string, unknown>>) =>
  Object.entries(properties).map(([property, value]) => ({ property, value }));

export const column = (name: string, logicalType: string, more: object = {}) => ({
  name,
  description: `The ${name}.`,
  logicalType,
  classification: "internal",
  ...more,
});
