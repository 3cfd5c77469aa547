/** Texts that are put together, as sentences for logs and status lines. */

/** The text with a full stop, unless it ends as a sentence does already. */
export function sentence(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}
