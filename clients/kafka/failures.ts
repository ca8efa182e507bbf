/** What the underlying client's errors mean. */
import { GenericError, MultipleErrors, NetworkError } from "@platformatic/kafka";

/** Finds an error in itself, or in those that it gathers. */
type ClientError = (GenericError | MultipleErrors) & { findBy(property: string, value: unknown): unknown };

function asClientError(error: unknown): ClientError | undefined {
  return GenericError.isGenericError(error as Error) ? (error as ClientError) : undefined;
}

/**
 * Codes of the underlying client that say nothing about the request: the connection broke, or the answer could not be
 * read, which happens to the one that names a partition's new leader (its tagged fields, KIP-951).
 */
const UNANSWERED = [NetworkError.code, "PLT_KFK_OUT_OF_BOUNDS", "PLT_KFK_UNEXPECTED_CORRELATION_ID"];

/** Whether the same request may succeed later: a broker that is away or starts, a leader that moved. */
export function passes(error: unknown): boolean {
  const known = asClientError(error);
  if (known === undefined) return false;
  return (
    UNANSWERED.some((code) => isOf(known, "code", code)) ||
    isOf(known, "canRetry", true) ||
    isOf(known, "hasStaleMetadata", true)
  );
}

/** Whether it is, or holds, the protocol's error of that name. */
export function isProtocolError(error: unknown, ...ids: readonly string[]): boolean {
  const known = asClientError(error);
  return known !== undefined && ids.some((id) => isOf(known, "apiId", id));
}

function isOf(error: ClientError, property: string, value: unknown): boolean {
  return error.findBy(property, value) !== null && error.findBy(property, value) !== undefined;
}

/** The protocol's names of what went wrong, or the message where it was no answer of a broker. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join(", ");
  const { apiId, message } = error as { readonly apiId?: string; readonly message: string };
  return apiId ?? message;
}
