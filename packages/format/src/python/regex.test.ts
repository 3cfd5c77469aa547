import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { regexEffortError, regexSyntaxError } from "../errors/kinds.ts";
import { compilePythonRegex, type RegexMatch } from "./regex.ts";

function shown(match: RegexMatch | undefined): string | undefined {
  return (
    match && `${match.index}-${match.end} ${[match.group(0), ...match.groups].map((text) => text ?? "None").join("|")}`
  );
}

describe("compilePythonRegex", () => {
  // All recorded with Python 3.11.
  it.each<[pattern: string, text: string, found: string | undefined]>([
    ["W.*$", "Hello World", "6-11 World"],
    ["(?P<w>W(or)ld)(X)?", "Hello World", "6-11 World|World|or|None"],
    ["(?<=id=)[0-9]+", "x;id=77;", "5-7 77"],
    ["a$", "a\n", "0-1 a"],
    ["a$", "a\n\n", undefined],
    ["a\\Z", "a\n", undefined],
    ["(?m)^b$", "a\nb\nc", "2-3 b"],
    ["(?m)$", "a\r", "2-2 "],
    [".", "\r", "0-1 \r"],
    [".", "\n", undefined],
    ["(?s).", "\n", "0-1 \n"],
    ["^.$", "😀", "0-2 😀"],
    ["[😀-😂]{2}", "a😁😂", "1-5 😁😂"],
    ["[^a]", "😀", "0-2 😀"],
    ["\\w+", "-é漢٣-", "1-4 é漢٣"],
    ["(?a)\\w+", "éa", "1-2 a"],
    ["\\d", "٣", "0-1 ٣"],
    ["\\s", "\x1c", "0-1 \x1c"],
    ["\\s", "\ufeff", undefined],
    ["\\bé", "aé é", "3-4 é"],
    ["\\B", "", undefined],
    ["(?i)straße", "STRAẞE", "0-6 STRAẞE"],
    ["(?i)k", "\u212a", "0-1 \u212a"],
    ["(?i)[^k]", "\u212a", undefined],
    ["(?ai)k", "\u212a", undefined],
    ["(?i:a)b", "Ab", "0-2 Ab"],
    ["(?i:a)b", "AB", undefined],
    ["(?x) a b # comment\n c", "abc", "0-3 abc"],
    ["x{,2}y", "xxxy", "1-4 xxy"],
    ["x{y", "x{y", "0-3 x{y"],
    ["x{}", "x{}", "0-3 x{}"],
    ["]}", "]}", "0-2 ]}"],
    ["[]a]+", "]a", "0-2 ]a"],
    ["[a-]+", "-a", "0-2 -a"],
    ["[\\b]", "\b", "0-1 \b"],
    ["\\101\\x42\\u0043\\U00000044", "ABCD", "0-4 ABCD"],
    ["a(?#comment)b", "ab", "0-2 ab"],
    ["(?P<q>['\"]).*?(?P=q)", "say 'a\"b'", "4-9 'a\"b'|'"],
    ["(a)?b\\1", "b", undefined],
    ["(a)?b\\1", "aba", "0-3 aba|a"],
    ["(?i)(a)\\1", "aA", "0-2 aA|a"],
    ["(<)?x(?(1)>|$)", "<x>", "0-3 <x>|<"],
    ["(<)?x(?(1)>|$)", "<x", "1-2 x|None"],
    ["(?>a+)ab", "aaab", undefined],
    ["a++ab", "aaab", undefined],
    ["(?:(a)|b)*", "ab", "0-2 ab|a"],
    ["(a*)*", "b", "0-0 |"],
    ["(?:|c)*", "c", "0-0 "],
    ["(?!^a)\\w", "ab", "1-2 b"],
    ["\ud83d", "😀", undefined],
    ["[\ud800-\udbff]", "a\ud83d", "1-2 \ud83d"],
  ])("searches %j in %j as Python does", (pattern, text, found) => {
    expect(shown(compilePythonRegex(pattern).search(text))).toBe(found);
  });

  it.each([
    ["(", "missing ), unterminated subpattern at position 0"],
    ["a)", "unbalanced parenthesis at position 1"],
    ["[a", "unterminated character set at position 0"],
    ["*a", "nothing to repeat at position 0"],
    ["a**", "multiple repeat at position 2"],
    ["^*", "nothing to repeat at position 1"],
    ["a{2,1}", "min repeat greater than max repeat at position 1"],
    ["[z-a]", "bad character range z-a at position 1"],
    ["\\q", "bad escape \\q at position 0"],
    ["\\", "bad escape (end of pattern) at position 0"],
    ["(\\1)", "cannot refer to an open group at position 2"],
    ["\\2", "invalid group reference 2 at position 1"],
    ["a(?i)b", "global flags not at the start of the expression at position 1"],
    ["(?<=a*)b", "look-behind requires fixed-width pattern at position 0"],
    ["(?P<n>a)(?P<n>b)", "redefinition of group name 'n', already group 1 at position 12"],
    ["(?P=n)", "unknown group name 'n' at position 4"],
    ["(?<n>a)", "unknown extension ?<n (a named group is written (?P<name>…)) at position 1"],
    ["\\p{L}", "bad escape \\p at position 0"],
    ["\\cA", "bad escape \\c at position 0"],
    ["(?(1)a|b|c)(d)", "conditional backref with more than two branches at position 8"],
    ["(?=(\\w{1,1000}){1,1000}\\1)", "the repetition numbers are too large at position 0"],
    ["(".repeat(300), "more than 200 nested groups at position 200"],
  ])("refuses %j with place and reason", (pattern, problem) => {
    expect(() => compilePythonRegex(pattern)).toThrow(problem);
  });

  it("ignores case where asked to", () => {
    expect(compilePythonRegex("^hello", { ignoreCase: true }).test("Hello World")).toBe(true);
    expect(compilePythonRegex("^hello").test("Hello World")).toBe(false);
  });

  it("matches at the start or the whole where asked to", () => {
    const regex = compilePythonRegex("a|ab");
    expect(regex.match("ba")).toBeUndefined();
    expect(shown(regex.match("ab"))).toBe("0-1 a");
    expect(shown(regex.fullMatch("ab"))).toBe("0-2 ab");
    expect(regex.fullMatch("ab\n")).toBeUndefined();
  });

  it("finds all matches, empty ones too", () => {
    expect(compilePythonRegex("x*").findAll("axb").map(shown)).toEqual(["0-0 ", "1-2 x", "2-2 ", "3-3 "]);
    expect(compilePythonRegex("\\d+").findAll("a1b22").map(shown)).toEqual(["1-2 1", "3-5 22"]);
  });

  it("knows groups by number and name", () => {
    const match = compilePythonRegex("(?P<fam>[a-z]+)(-x)?").search("emotet");
    expect(match?.group("fam")).toBe("emotet");
    expect(match?.group(2)).toBeUndefined();
    expect([match?.hasGroup(2), match?.hasGroup(3), match?.hasGroup("fam"), match?.hasGroup("toString")]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it.each(["^(a+)+$", "(a|a)*b", "(a*)*b", "(?:a?a?)*b", "(?P<x>a+)+(?P<y>é)?b"])(
    "takes linear time for %s on a hostile text",
    (pattern) => {
      const regex = compilePythonRegex(pattern);
      expect(regex.test(`${"a".repeat(20_000)}!`)).toBe(false);
      expect(regex.test(`${"a".repeat(20_000)}é\n\n`)).toBe(false);
    },
  );

  it("gives up with an error where time cannot be bounded otherwise", () => {
    expect(() => compilePythonRegex("(a+)+\\1b").test("a".repeat(60))).toThrow(
      expect.objectContaining({ code: regexEffortError.code }),
    );
  });

  it("never fails otherwise than with its own errors, and agrees with itself", () => {
    const piece = fc.constantFrom(
      ..."ab(|)[]*+?{1,2}^$\\.é😀".split(""),
      ..."(?: (?= (?! (?<= (?P<n> (?P=n) (?(1) (?i) (?i: (?> \\w \\d \\b \\1 \\Z [^ a-b {,2} *? ++".split(" "),
    );
    const patterns = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(
        patterns,
        fc.string({ unit: fc.constantFrom("a", "b", "1", "é", "\n", "😀", "\ud83d") }),
        (pattern, text) => {
          let regex: ReturnType<typeof compilePythonRegex>;
          try {
            regex = compilePythonRegex(pattern);
          } catch (error) {
            expect(regexSyntaxError.is(error), String(error)).toBe(true);
            return;
          }
          const match = regex.search(text);
          expect(regex.test(text)).toBe(match !== undefined);
          if (match !== undefined) expect(match.group(0)).toBe(text.slice(match.index, match.end));
          if (regex.fullMatch(text) !== undefined) expect(regex.match(text)).toBeDefined();
        },
      ),
      { numRuns: 500 },
    );
  });
});
