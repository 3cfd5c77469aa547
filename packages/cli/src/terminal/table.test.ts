import { describe, expect, it } from "vitest";
import { renderTable } from "./table.ts";

const columns = [
  { title: "BOT", cell: (row: { bot: string; n: number }) => row.bot },
  { title: "SENT", align: "right" as const, cell: (row: { bot: string; n: number }) => String(row.n) },
];

describe("renderTable", () => {
  it("makes columns as wide as their widest cell, numbers to the right", () => {
    const text = renderTable(
      [
        { bot: "long-name", n: 5 },
        { bot: "b", n: 12345 },
      ],
      columns,
    );
    expect(text).toBe("BOT         SENT\nlong-name      5\nb          12345\n");
  });

  it("cuts the last column to the terminal", () => {
    const text = renderTable([{ t: "x".repeat(50) }], [{ title: "A", cell: (row) => row.t }], { width: 20 });
    expect(text).toBe(`A\n${"x".repeat(19)}…\n`);
  });

  it("keeps control characters of strangers away from the terminal", () => {
    const text = renderTable([{ t: "a\u001b[2Jb\nc" }], [{ title: "A", cell: (row) => row.t }]);
    expect(text).toBe("A\na [2Jb c\n");
  });
});
