/** English words of dates. */

const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const monthNumbers = new Map<string, number>([["sept", 9]]);
months.forEach((name, index) => {
  monthNumbers.set(name, index + 1);
  monthNumbers.set(name.slice(0, 3), index + 1);
});
const weekdayNumbers = new Map<string, number>();
weekdays.forEach((name, index) => {
  weekdayNumbers.set(name, index);
  weekdayNumbers.set(name.slice(0, 3), index);
});
const units = new Map<string, 0 | 1 | 2>([
  ["h", 0],
  ["hour", 0],
  ["hours", 0],
  ["m", 1],
  ["minute", 1],
  ["minutes", 1],
  ["s", 2],
  ["second", 2],
  ["seconds", 2],
]);
const fillers = new Set([
  " ",
  ".",
  ",",
  ";",
  "-",
  "/",
  "'",
  "at",
  "on",
  "and",
  "ad",
  "m",
  "t",
  "of",
  "st",
  "nd",
  "rd",
  "th",
]);
const halves = new Map<string, 0 | 1>([
  ["am", 0],
  ["a", 0],
  ["pm", 1],
  ["p", 1],
]);
const utcNames = new Set(["UTC", "GMT", "Z", "z"]);

/** 1 to 12. */
export const monthOf = (word: string): number | undefined => monthNumbers.get(word.toLowerCase());
/** Monday is 0. */
export const weekdayNamed = (word: string): number | undefined => weekdayNumbers.get(word.toLowerCase());
/** 0 hours, 1 minutes, 2 seconds. */
export const unitOf = (word: string): 0 | 1 | 2 | undefined => units.get(word.toLowerCase());
/** 0 before noon, 1 after. */
export const halfOf = (word: string): 0 | 1 | undefined => halves.get(word.toLowerCase());
/** Words and signs that mean nothing between the parts of a date. */
export const isFiller = (word: string): boolean => fillers.has(word.toLowerCase());
export const isUtcName = (word: string): boolean => utcNames.has(word);
