/** The data format by itself, without engine: what a message costs, and a value of each type. */
import {
  compileFields,
  compileHashInput,
  createEvent,
  decodeMessages,
  defaultHarmonization,
  encodeMessages,
  exportJson,
  messageHash,
  parseMessage,
  writeMessage,
} from "@weir/format";
import { nanosecondsOf } from "./lib/nanoseconds.mjs";

const tables = {
  event: compileFields(defaultHarmonization, "event"),
  report: compileFields(defaultHarmonization, "report"),
};
/** So many different values, in turn: a field remembers only its latest. */
const variants = 1024;

/** Type → a field of that type, and its value number `n`. */
const typical = {
  Accuracy: ["feed.accuracy", (n) => n % 101],
  ASN: ["source.asn", (n) => 64_496 + n],
  Base64: ["raw", (n) => `line ${n} of a feed, about as long as lines usually are, with some text`],
  Boolean: ["source.tor_node", (n) => (n % 2 === 0 ? "true" : "false")],
  ClassificationTaxonomy: ["classification.taxonomy", (n) => (n % 2 === 0 ? "malicious-code" : "availability")],
  ClassificationType: ["classification.type", (n) => (n % 2 === 0 ? "malware-distribution" : "c2-server")],
  DateTime: ["time.source", (n) => `2026-07-${10 + (n % 18)}T10:${10 + (n % 50)}:${10 + ((n >> 3) % 50)}+02:00`],
  Float: ["source.geolocation.latitude", (n) => String(n / 7)],
  FQDN: ["source.fqdn", (n) => `host${n}.example.com`],
  Integer: ["source.port", (n) => String(1 + n)],
  "IPAddress v4": ["source.ip", (n) => `192.0.${n >> 8}.${n & 255}`],
  "IPAddress v6": ["destination.ip", (n) => `2001:db8::${n.toString(16)}:1`],
  IPNetwork: ["source.network", (n) => `198.51.${n & 255}.0/24`],
  LowercaseString: ["protocol.application", (n) => `proto${n}`],
  Registry: ["source.registry", (n) => (n % 2 === 0 ? "RIPE" : "ARIN")],
  String: ["event_description.text", (n) => `note ${n} some text here that fills the line`],
  TLP: ["tlp", (n) => (n % 2 === 0 ? "AMBER" : "GREEN")],
  UppercaseString: ["source.geolocation.cc", (n) => (n % 2 === 0 ? "at" : "de")],
  URL: ["source.url", (n) => `http://host${n}.example.com:8080/path/${n}?q=${n}`],
  "JSON item": ["extra.note", (n) => `note ${n}`],
};

/** Gives nanoseconds: of what is done to a whole message of twelve fields, and of setting a value of each type. */
export function benchFormat() {
  const events = Array.from({ length: variants }, (_, number) => eventNumber(number));
  const texts = events.map(writeMessage);
  const chunk = encodeMessages(events);
  const filter = { filterKeys: new Set(["raw", "time.observation"]), filterType: "blacklist" };
  const inputOf = compileHashInput(filter);
  const each = (work) => (count) => {
    let last;
    for (let at = 0; at < count; at++) last = work(at & (variants - 1));
    return last;
  };
  const whole = (work) =>
    nanosecondsOf((count) => {
      let last;
      for (let at = 0; at < count; at += variants) last = work();
      return last;
    });
  const operations = [
    ["make an event of 12 fields", nanosecondsOf(each(eventNumber))],
    ["copy", nanosecondsOf(each((n) => events[n].clone()))],
    ["write as JSON", nanosecondsOf(each((n) => writeMessage(events[n])))],
    ["parse JSON", nanosecondsOf(each((n) => parseMessage(texts[n], tables)))],
    ["export as JSON", nanosecondsOf(each((n) => exportJson(events[n])))],
    ["write for the store", whole(() => encodeMessages(events))],
    ["read from the store", whole(() => decodeMessages(chunk, tables))],
    ["input of the hash", nanosecondsOf(each((n) => inputOf(events[n])[0]))],
    ["hash (without Node's own)", nanosecondsOf(each((n) => messageHash(events[n], filter)))],
  ].map(([operation, nanoseconds]) => ({ operation, nanoseconds }));
  return { operations, types: typeRows() };
}

/** Setting a field costs the same whatever stands in the event; the event itself is made once. */
function typeRows() {
  const event = createEvent(tables.event);
  return Object.entries(typical).map(([type, [field, value]]) => {
    const values = Array.from({ length: variants }, (_, number) => value(number));
    const set = (count) => {
      let stored = 0;
      for (let at = 0; at < count; at++) if (event.set(field, values[at & (variants - 1)])) stored += 1;
      if (stored !== count) throw new Error(`${field} refused a value`);
      return stored;
    };
    const check = (count) => {
      let valid = 0;
      for (let at = 0; at < count; at++) if (event.isValid(field, values[at & (variants - 1)])) valid += 1;
      return valid;
    };
    return { type, set: nanosecondsOf(set), validate: nanosecondsOf(check) };
  });
}

function eventNumber(number) {
  const event = createEvent(tables.event);
  event.add("feed.name", "bench");
  event.add("feed.provider", "bench");
  event.add("feed.accuracy", 100);
  event.add("time.observation", "2026-07-01T10:00:00+00:00");
  for (const type of ["IPAddress v4", "DateTime", "URL", "Integer", "String", "ClassificationType", "Base64", "FQDN"]) {
    const [field, value] = typical[type];
    event.add(field, value(number));
  }
  return event;
}
