/** The tags that say how far data of a resource may travel. Without them no rule about personal data can be decided. */
export const DATA_CLASS = "naru:data-class";
export const ZONE = "naru:zone";
export const IDENTIFIERS = "naru:unique-identifiers";
export const ROLE = "naru:role";

export const DATA_CLASSES = ["raw-pii", "pseudonymised", "internal", "public", "logs", "temp"] as const;
export const ZONES = ["closed", "open"] as const;

/** Value of `naru:role` on the functions and roles that may see personal data and write to the open zone. */
export const PSEUDONYMISER = "pseudonymiser";

/** Value of `naru:role` on the role of those who look after the catalogue: may hand on what Lake Formation grants it. */
export const STEWARD = "steward";
