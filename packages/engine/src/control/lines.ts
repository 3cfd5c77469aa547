/** Splits a byte stream into lines, with a limit: whoever sends an endless line is cut off. */
import type { Socket } from "node:net";

/** Calls `onLine` for each line of the socket; destroys the socket when a line is longer than `limit` bytes. */
export function readLines(socket: Socket, limit: number, onLine: (line: string) => void): void {
  let parts: Buffer[] = [];
  let length = 0;
  socket.on("data", (data: Buffer) => {
    let from = 0;
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, from)) {
      parts.push(data.subarray(from, end));
      onLine(Buffer.concat(parts).toString("utf8"));
      parts = [];
      length = 0;
      from = end + 1;
    }
    if (from < data.length) {
      parts.push(data.subarray(from));
      length += data.length - from;
      if (length > limit) socket.destroy();
    }
  });
}
