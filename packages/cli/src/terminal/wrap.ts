/** Text in lines of a width; line breaks in it stay. */
export function wrap(text: string, width: number, indent = ""): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, Math.max(20, width - indent.length), indent))
    .join("");
}

function wrapLine(text: string, width: number, indent: string): string {
  let result = "";
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      result += `${indent}${line}\n`;
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return `${result}${line === "" ? "" : indent}${line}\n`;
}
