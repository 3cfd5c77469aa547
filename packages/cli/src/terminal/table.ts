/** Tables for terminals: columns as wide as they must be, numbers to the right, long cells cut. */

export interface Column<Row> {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Cells are cut to this many characters. */
  readonly max?: number;
  cell(row: Row): string;
  /** Paints the cell, after it was made as wide as its column. */
  paint?(text: string, row: Row): string;
}

/** One line per row below a line of titles; `width` cuts the last column to the terminal's width. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  {
    title = (text: string) => text,
    width,
  }: { readonly title?: (text: string) => string; readonly width?: number | undefined } = {},
): string {
  const cells = rows.map((row) => columns.map(({ cell, max }) => cut(oneLine(cell(row)), max)));
  const widths = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...cells.map((line) => textWidth(line[index] ?? ""))),
  );
  const last = columns.length - 1;
  if (width !== undefined) {
    const before = widths.slice(0, last).reduce((sum, column) => sum + column + 2, 0);
    widths[last] = Math.max(8, Math.min(widths[last] ?? 0, width - before));
  }
  const line = (texts: readonly string[], paint: (text: string, index: number) => string): string =>
    texts
      .map((text, index) =>
        paint(
          pad(
            cut(text, widths[index]),
            index === last && columns[index]?.align !== "right" ? 0 : (widths[index] ?? 0),
            columns[index]?.align,
          ),
          index,
        ),
      )
      .join("  ")
      .trimEnd();
  const head = line(
    columns.map((column) => column.title),
    (text) => title(text),
  );
  const body = rows.map((row, at) =>
    line(cells[at] ?? [], (text, index) => columns[index]?.paint?.(text, row) ?? text),
  );
  return `${[head, ...body].join("\n")}\n`;
}

function oneLine(text: string): string {
  // Control characters could drive the terminal: cells show data that strangers wrote.
  let result = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    result += code < 32 || (code >= 127 && code < 160) ? " " : character;
  }
  return result;
}

function textWidth(text: string): number {
  return [...text].length;
}

function cut(text: string, max: number | undefined): string {
  if (max === undefined) return text;
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, Math.max(0, max - 1)).join("")}…`;
}

function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const missing = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "right" ? missing + text : text + missing;
}
