/** The difference of two texts in the unified form that `diff -u` and `patch` use. */

/** Above so many differing lines the middle is shown as replaced as a whole: the search costs their square. */
const mostEdits = 2000;
const contextLines = 3;

type Op = { readonly kind: " " | "-" | "+"; readonly line: string };

/** The unified difference; empty when there is none. `names` head the two sides. */
export function unifiedDiff(
  before: string,
  after: string,
  names: readonly [string, string] = ["before", "after"],
): string {
  if (before === after) return "";
  const ops = diffLines(splitLines(before), splitLines(after));
  return `--- ${names[0]}\n+++ ${names[1]}\n${hunks(ops).join("")}`;
}

function splitLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  else lines[lines.length - 1] = `${lines.at(-1) ?? ""}\n\\ No newline at end of file`;
  return lines;
}

function diffLines(a: readonly string[], b: readonly string[]): Op[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const same = (line: string): Op => ({ kind: " ", line });
  return [
    ...a.slice(0, head).map(same),
    ...shortestEdit(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

/** Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), greedy form. */
function shortestEdit(a: readonly string[], b: readonly string[]): Op[] {
  const reached = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let edits = 0; edits <= Math.min(a.length + b.length, mostEdits); edits++) {
    trace.push(new Map(reached));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = step(reached, diagonal, edits);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      reached.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return walkBack(a, b, trace);
    }
  }
  return [...a.map((line): Op => ({ kind: "-", line })), ...b.map((line): Op => ({ kind: "+", line }))];
}

function step(reached: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const fromAbove = reached.get(diagonal + 1) ?? -1;
  const fromLeft = reached.get(diagonal - 1) ?? -1;
  return diagonal === -edits || (diagonal !== edits && fromLeft < fromAbove) ? fromAbove : fromLeft + 1;
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Map<number, number>[]): Op[] {
  const ops: Op[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reached = trace[edits] ?? new Map();
    const diagonal = x - y;
    const fromAbove = reached.get(diagonal + 1) ?? -1;
    const down = diagonal === -edits || (diagonal !== edits && (reached.get(diagonal - 1) ?? -1) < fromAbove);
    const previous = diagonal + (down ? 1 : -1);
    const startX = edits === 0 ? 0 : (reached.get(previous) ?? 0);
    const startY = startX - previous;
    while (x > 0 && y > 0 && (edits === 0 || (x > startX && y > startY)) && a[x - 1] === b[y - 1]) {
      ops.push({ kind: " ", line: a[--x] ?? "" });
      y--;
    }
    if (edits === 0) break;
    if (down) ops.push({ kind: "+", line: b[--y] ?? "" });
    else ops.push({ kind: "-", line: a[--x] ?? "" });
  }
  return ops.reverse();
}

function hunks(ops: readonly Op[]): string[] {
  const result: string[] = [];
  let lineA = 1;
  let lineB = 1;
  for (let at = 0; at < ops.length; ) {
    if (ops[at]?.kind === " ") {
      at++;
      lineA++;
      lineB++;
      continue;
    }
    const lead = sameBefore(ops, at);
    let end = at;
    for (let quiet = 0, here = at; here < ops.length && quiet <= 2 * contextLines; here++) {
      if (ops[here]?.kind === " ") quiet++;
      else {
        quiet = 0;
        end = here + 1;
      }
    }
    const last = Math.min(ops.length, end + contextLines);
    const shown = ops.slice(at - lead, last);
    const countA = shown.filter(({ kind }) => kind !== "+").length;
    const countB = shown.filter(({ kind }) => kind !== "-").length;
    const from = (line: number, count: number) =>
      `${count === 0 ? line - lead - 1 : line - lead}${count === 1 ? "" : `,${count}`}`;
    result.push(
      `@@ -${from(lineA, countA)} +${from(lineB, countB)} @@\n${shown.map(({ kind, line }) => `${kind}${line}\n`).join("")}`,
    );
    for (; at < last; at++) {
      if (ops[at]?.kind !== "+") lineA++;
      if (ops[at]?.kind !== "-") lineB++;
    }
  }
  return result;
}

/** Equal lines right before an operation, as many as are shown. */
function sameBefore(ops: readonly Op[], at: number): number {
  let count = 0;
  while (count < contextLines && ops[at - count - 1]?.kind === " ") count++;
  return count;
}
