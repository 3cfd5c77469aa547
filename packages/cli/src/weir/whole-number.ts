/** Numbers of the command line. */
import { errorKind } from "@weir/format/errors";

const notANumber = errorKind<{ option: string; text: string; min: number; max: number | undefined }>(
  "WEIR_OPTION_NUMBER",
  {
    message: ({ option, text, min, max }) =>
      `${option}: "${text}" is no whole number from ${min}${max === undefined ? " on" : ` to ${max}`}`,
    remedy: "Give a whole number.",
    retry: "never",
  },
);

/** Reads a whole number within limits. Throws WEIR_OPTION_NUMBER. */
export function wholeNumber(
  option: string,
  text: string,
  { min, max }: { readonly min: number; readonly max?: number },
): number {
  const number = Number(text);
  if (/^[0-9]+$/.test(text) && number >= min && (max === undefined || number <= max)) return number;
  throw notANumber({ option, text, min, max });
}
