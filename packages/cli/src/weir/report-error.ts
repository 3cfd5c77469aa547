/** Errors as people get them: what is wrong, and what to do; the stack only for bugs and with WEIR_DEBUG. */
import { coloursFor } from "../terminal/colour.ts";
import { exitCodes } from "./exit-codes.ts";

/** Writes the error with its remedy and sets the exit code. */
export async function reportError(error: unknown): Promise<void> {
  const colours = coloursFor(process.stderr);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = code.startsWith("WEIR_");
  const text = textOf(error);
  process.stderr.write(`${colours.red("error")}: ${text}${known ? colours.dim(` [${code}]`) : ""}\n`);
  const { errorKinds } = await import("@weir/format/errors");
  const remedy = errorKinds().find((kind) => kind.code === code)?.remedy ?? toldRemedy(error);
  if (remedy !== undefined) process.stderr.write(`${remedy}\n`);
  // Errors of the system (no such file, no permission) explain themselves.
  const isBug = !known && !(error instanceof Error && "syscall" in error);
  if ((isBug || process.env.WEIR_DEBUG) && error instanceof Error && error.stack !== undefined) {
    process.stderr.write(`${colours.dim(error.stack)}\n`);
  }
  process.exitCode = code === "WEIR_CONTROL_NOT_RUNNING" ? exitCodes.notRunning.code : exitCodes.failed.code;
}

/** Of an error that the supervisor told; its kind may be unknown here. */
function toldRemedy(error: unknown): string | undefined {
  const details = error instanceof Error && "details" in error ? error.details : undefined;
  const isTold = typeof details === "object" && details !== null && "remedy" in details;
  return isTold && typeof details.remedy === "string" ? details.remedy : undefined;
}

function textOf(error: unknown): string {
  const parts: string[] = [];
  for (
    let at: unknown = error;
    at !== undefined && at !== null && parts.length < 6;
    at = at instanceof Error ? at.cause : undefined
  ) {
    const text = at instanceof Error ? at.message : String(at);
    // Messages often quote their cause already.
    if (!parts.some((part) => part.includes(text))) parts.push(text);
  }
  return parts.join(": ");
}
