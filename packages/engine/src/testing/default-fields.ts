/** The default field definitions, compiled once for all tests of a process. */
import { compileFields, defaultHarmonization, type FieldTable } from "@weir/format";

let compiled: { readonly event: FieldTable; readonly report: FieldTable } | undefined;

export function defaultFields(): { readonly event: FieldTable; readonly report: FieldTable } {
  compiled ??= {
    event: compileFields(defaultHarmonization, "event"),
    report: compileFields(defaultHarmonization, "report"),
  };
  return compiled;
}
