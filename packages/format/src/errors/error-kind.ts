/**
 * Errors that a person can meet. A kind builds its errors, recognises them and documents itself.
 *
 * Rules: a code is never renamed or reused; details hold no secret, since they are logged and shown. An error is
 * recognised by its code, not its class.
 */
import { WeirError } from "./weir-error.ts";

export interface ErrorKind<Details extends object> {
  (details: Details, options?: ErrorOptions): WeirError<Details>;
  readonly code: `WEIR_${string}`;
  /** What the person does next; for the manual and the console. */
  readonly remedy: string;
  /** `later`: the same work may succeed unchanged, so the engine tries it again. */
  readonly retry: "later" | "never";
  is(error: unknown): error is WeirError<Details>;
}

const catalogue = new Map<string, ErrorKind<object>>();

/** Defines an error kind; `message` says what is wrong, where, and what would be right. Throws if the code is taken. */
export function errorKind<Details extends object>(
  code: ErrorKind<Details>["code"],
  { message, remedy, retry }: Pick<ErrorKind<Details>, "remedy" | "retry"> & { message: (details: Details) => string },
): ErrorKind<Details> {
  if (catalogue.has(code)) throw new Error(`error code ${code} is defined twice`);
  const create = (details: Details, options?: ErrorOptions) =>
    new WeirError({ code, retry }, message(details), details, options);
  const is = (error: unknown): error is WeirError<Details> =>
    error instanceof Error && "code" in error && error.code === code;
  const kind = Object.assign(create, { code, remedy, retry, is });
  catalogue.set(code, kind as unknown as ErrorKind<object>); // listed for its texts, never called from there
  return kind;
}

/** All kinds defined so far, by code; the manual's error reference is made from it. */
export function errorKinds(): readonly ErrorKind<object>[] {
  return [...catalogue.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
