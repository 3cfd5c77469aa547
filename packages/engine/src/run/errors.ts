/** What can go wrong while bots run. */
import { errorKind } from "@weir/format/errors";

export const pathMissing = errorKind<{ bot: string; path: string; known: readonly string[] }>("WEIR_RUN_PATH_MISSING", {
  message: ({ bot, path, known }) =>
    `bot "${bot}" sends to the path "${path}", which its destination_queues do not have (they have ${known.length === 0 ? "none" : known.join(", ")})`,
  remedy: "Add the path with its queues to destination_queues of the bot.",
  retry: "never",
});

export const reportUnreadable = errorKind<{ bot: string; sent: number }>("WEIR_RUN_REPORT_UNREADABLE", {
  message: ({ bot, sent }) =>
    `bot "${bot}" cannot read the report on${sent === 0 ? "" : `; ${sent} events before that place were sent and stay so`}`,
  remedy: "The cause says where the report breaks. Look at it with `weir failures show`, mend or drop it there.",
  retry: "later",
});

export const messageUnreadable = errorKind<{ queue: string }>("WEIR_RUN_MESSAGE_UNREADABLE", {
  message: ({ queue }) => `a message in queue "${queue}" is none that can be read`,
  remedy: "The cause says why. Mend it with `weir failures edit` and retry, or drop it.",
  retry: "never",
});

export const defaultFieldInvalid = errorKind<{ bot: string; field: string }>("WEIR_RUN_DEFAULT_FIELD_INVALID", {
  message: ({ bot, field }) => `bot "${bot}": default_fields cannot set "${field}"`,
  remedy: "Use a field of the harmonization with a value of its type.",
  retry: "never",
});

export const wrongMessageType = errorKind<{ bot: string; type: string }>("WEIR_RUN_WRONG_MESSAGE_TYPE", {
  message: ({ bot, type }) => `bot "${bot}" returned something that is no message (${type})`,
  remedy: "A bot returns messages, to(path, message), a list of these, or nothing.",
  retry: "never",
});
