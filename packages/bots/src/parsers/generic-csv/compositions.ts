import type { Message } from "@weir/format";
import { compileFormat } from "@weir/format/python";
import { missingColumn } from "../../records/columns.ts";

type Compose = (row: readonly string[], event: Message) => void;

/**
 * Fields that are made of several cells: field to template (`http://{0}{1}`). A template that no row can fill makes every
 * row fail, as one that names a column which the row lacks, and a field that is set already.
 */
export function compileCompositions(templates: Readonly<Record<string, string>>): Compose {
  const compositions = Object.entries(templates).map(([field, template]) => ({
    field,
    fill: compileTemplate(template),
  }));
  if (compositions.length === 0) return () => undefined;
  return (row, event) => {
    for (const { field, fill } of compositions) event.insert(field, fill(row));
  };
}

function compileTemplate(template: string): (row: readonly string[]) => string {
  try {
    const format = compileFormat(template);
    return (row) =>
      format.format((name) => {
        const column = /^[0-9]+$/.test(name) ? Number(name) : Number.NaN;
        const cell = row[column];
        if (cell === undefined) throw missingColumn({ column: name, found: row.length });
        return cell;
      });
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
