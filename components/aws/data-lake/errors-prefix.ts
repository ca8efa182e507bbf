/** Prefix of the raw bucket that holds what delivery could not transform, still in clear: closed by the bucket's policy. */
export const ERRORS_PREFIX = "errors/";
