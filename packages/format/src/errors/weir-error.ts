/**
 * An error that a person can meet: a stable code, a message that says what is wrong, where, and what would be right,
 * and details as data (never a secret). Recognised by its code, not its class, so it survives threads and package copies.
 */
export class WeirError<Details extends object = object> extends Error {
  readonly code: `WEIR_${string}`;
  readonly details: Details;
  /** `later`: the same work may succeed unchanged. */
  readonly retry: "later" | "never";

  constructor(
    kind: { readonly code: `WEIR_${string}`; readonly retry: "later" | "never" },
    message: string,
    details: Details,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "WeirError";
    this.code = kind.code;
    this.retry = kind.retry;
    this.details = details;
  }
}
