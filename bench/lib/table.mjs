/** Tables for the terminal: text to the left, numbers to the right. */

/** One line a row; the columns are the names of the first row. */
export function table(rows) {
  const [first] = rows;
  if (first === undefined) return "";
  const names = Object.keys(first);
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? "")))];
  const widths = names.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const isNumber = names.map((name) => rows.every((row) => row[name] === undefined || typeof row[name] === "number"));
  const line = (row) =>
    row
      .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join("  ");
  return `${cells.map((row) => `  ${line(row)}`.trimEnd()).join("\n")}\n`;
}
