/** The error kinds of the data format, by area. */
import { errorKind } from "./error-kind.ts";

// Python text rules

export const regexSyntaxError = errorKind<{ pattern: string; at: number; problem: string }>("WEIR_REGEX_SYNTAX", {
  message: ({ pattern, at, problem }) =>
    `Regular expression ${JSON.stringify(excerpt(pattern))}: ${problem} at position ${at}.`,
  remedy: "Correct the expression; the dialect is that of Python's re module.",
  retry: "never",
});

export const regexEffortError = errorKind<{ pattern: string; length: number }>("WEIR_REGEX_EFFORT", {
  message: ({ pattern, length }) =>
    `Regular expression ${JSON.stringify(excerpt(pattern))} needs too many steps on a text of ${length} characters.`,
  remedy:
    "Rewrite the expression so that a text can match it in one way only: no repetition inside a repetition, anchors.",
  retry: "never",
});

export const formatSyntaxError = errorKind<{ template: string; at: number; problem: string }>("WEIR_FORMAT_SYNTAX", {
  message: ({ template, at, problem }) =>
    `Format string ${JSON.stringify(excerpt(template))}: ${problem} at position ${at}.`,
  remedy: "Correct the template: {name[key]}, {name[key]:05d}, {{ and }} for braces.",
  retry: "never",
});

export const formatValueError = errorKind<{ template: string; field: string; problem: string }>("WEIR_FORMAT_VALUE", {
  message: ({ template, field, problem }) =>
    `Format string ${JSON.stringify(excerpt(template))}: {${excerpt(field)}}: ${problem}.`,
  remedy: "Use a format specification that suits the kind of the value, or make sure that the value exists.",
  retry: "never",
});

function excerpt(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
