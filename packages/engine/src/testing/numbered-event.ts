/** Events that tests can tell apart. */
import { createEvent, type Message } from "@weir/format";
import { defaultFields } from "./default-fields.ts";

/** An event with this number in `extra.number`. */
export function numberedEvent(number: number): Message {
  const event = createEvent(defaultFields().event);
  event.set("extra.number", number);
  event.set("source.ip", "192.0.2.1");
  return event;
}
