/** Errors that a person can meet. */
export { type ErrorKind, errorKind, errorKinds } from "./error-kind.ts";
export * from "./kinds.ts";
export { WeirError } from "./weir-error.ts";
