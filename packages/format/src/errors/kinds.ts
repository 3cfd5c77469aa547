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

// Messages

export const invalidValue = errorKind<{ key: string; type: string; value: string; reason: string }>(
  "WEIR_INVALID_VALUE",
  {
    message: ({ key, type, value, reason }) =>
      `invalid value ${value} for field ${JSON.stringify(key)} (${type}): ${reason}`,
    remedy: "Give a value of the field's type, or send it to another field; the manual lists what each type takes.",
    retry: "never",
  },
);

export const invalidKey = errorKind<{ key: string; reason: string; nearest: string | undefined }>("WEIR_INVALID_KEY", {
  message: ({ key, reason, nearest }) =>
    `field ${JSON.stringify(excerpt(key))} ${reason}${nearest === undefined ? "" : `; did you mean ${JSON.stringify(nearest)}?`}`,
  remedy: "Use a field of the harmonization, or a name below extra such as extra.my_field.",
  retry: "never",
});

export const keyExists = errorKind<{ key: string }>("WEIR_KEY_EXISTS", {
  message: ({ key }) => `field ${JSON.stringify(key)} has a value already`,
  remedy: "Overwrite it on purpose, or keep it: most bots have a parameter overwrite.",
  retry: "never",
});

export const keyNotExists = errorKind<{ key: string }>("WEIR_KEY_NOT_EXISTS", {
  message: ({ key }) => `field ${JSON.stringify(key)} has no value that could be changed`,
  remedy: "Set the field instead of changing it.",
  retry: "never",
});

export const invalidArgument = errorKind<{ argument: string; value: string; expected: string }>(
  "WEIR_INVALID_ARGUMENT",
  {
    message: ({ argument, value, expected }) =>
      `argument ${JSON.stringify(argument)} is ${value}; expected: ${expected}`,
    remedy: "Give one of the expected values.",
    retry: "never",
  },
);

export const invalidMessage = errorKind<{ reason: string }>("WEIR_INVALID_MESSAGE", {
  message: ({ reason }) => `this is no message: ${reason}`,
  remedy: 'A message is a JSON object of fields with "__type": "Event" or "Report".',
  retry: "never",
});

// JSON

export const invalidJson = errorKind<{ offset: number; reason: string; near: string }>("WEIR_INVALID_JSON", {
  message: ({ offset, reason, near }) =>
    `no valid JSON at character ${offset + 1}: ${reason}${near === "" ? "" : ` (near ${JSON.stringify(near)})`}`,
  remedy: "Correct the text at that place.",
  retry: "never",
});

// Times

export const invalidTime = errorKind<{ value: string; form: string }>("WEIR_INVALID_TIME", {
  message: ({ value, form }) =>
    form === "fuzzy"
      ? `${excerpt(value)} cannot be read as a time`
      : `${excerpt(value)} is no time in the form ${form}`,
  remedy: "Give the right time_format; `fuzzy` reads most forms.",
  retry: "never",
});

function excerpt(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
