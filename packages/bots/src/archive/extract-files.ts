/** The parameter that says which files of an archive are wanted. */
import { z } from "zod";

/** `none`: leave archives packed. `all`: every file. A list: files of these names. */
type WantedFiles = "none" | "all" | readonly string[];

/** true or false, a list of names, or names separated by commas (blanks belong to the names). */
export function extractFiles() {
  return z
    .union([z.boolean(), z.string(), z.number(), z.array(z.string())])
    .nullish()
    .transform(wantedFiles);
}

function wantedFiles(value: boolean | string | number | readonly string[] | null | undefined): WantedFiles {
  if (typeof value === "object" && value !== null) return value.length === 0 ? "none" : value;
  if (typeof value !== "string") return value ? "all" : "none";
  const word = value.toLowerCase();
  if (word === "true") return "all";
  return value === "" || word === "false" ? "none" : value.split(",");
}
