import { describe, expect, it } from "vitest";
import { defaultHarmonization } from "../fields/default-harmonization.ts";
import { compileFields } from "../fields/field-table.ts";
import { Base64Value } from "../values/base64-value.ts";
import { writeMessage } from "../wire/message-json.ts";
import {
  createEvent,
  createReport,
  eventFromReport,
  eventTemplate,
  reportFromEvent,
  restoreMessage,
} from "./create.ts";

const events = compileFields(defaultHarmonization, "event");
const reports = compileFields(defaultHarmonization, "report");
const now = new Date("2031-05-06T07:08:09.876Z");

const feed = [
  ["feed.name", "N"],
  ["extra.file_name", "f.csv"],
  ["extra.meta", { a: 1 }],
  ["raw", Base64Value.ofText("line")],
  ["rtir_id", 7],
] as const;

describe("createEvent", () => {
  it("keeps valid values as they are and cleans others", () => {
    const event = createEvent(events, [
      ["comment", " as it is "],
      ["source.port", "80"],
      ["source.ip", "N/A"],
    ]);
    expect(writeMessage(event)).toBe('{"comment": " as it is ", "source.port": 80, "__type": "Event"}');
  });

  it("refuses what cannot be cleaned, names that do not exist, and names that come twice", () => {
    expect(() => createEvent(events, [["source.ip", "x"]])).toThrow("invalid value");
    expect(() => createEvent(events, [["extra.Foo", "x"]])).toThrow("Does not match regular expression");
    expect(() =>
      createEvent(events, [
        ["comment", "a"],
        ["comment", "b"],
      ]),
    ).toThrow("has a value already");
  });
});

describe("createReport", () => {
  it("notes the time in whole seconds unless it has one", () => {
    expect(createReport(reports, [], now).get("time.observation")).toBe("2031-05-06T07:08:09+00:00");
    const given = createReport(reports, [["time.observation", "2020-01-01T00:00:00+00:00"]], now);
    expect(given.get("time.observation")).toBe("2020-01-01T00:00:00+00:00");
  });
});

describe("restoreMessage", () => {
  it("takes raw for base64, and refuses what is none instead of encoding it again", () => {
    expect(restoreMessage("Report", reports, [["raw", "dGV4dA=="]]).getDecoded("raw")).toBe("text");
    expect(() => restoreMessage("Report", reports, [["raw", "dGV4dA"]])).toThrow('field "raw" (Base64)');
    expect(() => restoreMessage("Report", reports, [["raw", new Uint8Array([1])]])).toThrow('field "raw" (Base64)');
  });

  it("adds nothing", () => {
    expect(restoreMessage("Report", reports, []).size).toBe(0);
  });
});

describe("eventFromReport", () => {
  it("copies the feed's fields and the time, neither the data nor extra", () => {
    const event = eventFromReport(createReport(reports, feed, now), events);
    expect(writeMessage(event)).toBe(
      '{"feed.name": "N", "rtir_id": 7, "time.observation": "2031-05-06T07:08:09+00:00", "__type": "Event"}',
    );
  });

  it("copies what is named besides, extra as a whole, and nothing that is absent", () => {
    const report = restoreMessage("Report", reports, feed);
    expect([...eventFromReport(report, events, ["extra.file_name", "extra.none"]).keys()]).toEqual([
      "feed.name",
      "extra.file_name",
      "rtir_id",
    ]);
    expect([...eventFromReport(report, events, ["extra", "raw"]).keys()]).toEqual([...report.keys()]);
  });

  it("gives an event all that an event has", () => {
    const event = createEvent(events, [["comment", "c"]]);
    expect(eventFromReport(event, events).equals(event)).toBe(true);
  });

  it("keeps names below extra that are no names of fields", () => {
    const report = restoreMessage("Report", reports, []);
    report.set("extra", { Foo: 1 });
    expect([...eventFromReport(report, events, ["extra"]).keys()]).toEqual(["extra.Foo"]);
  });
});

describe("eventTemplate", () => {
  it("makes events that do not know each other", () => {
    const make = eventTemplate(restoreMessage("Report", reports, feed), events);
    make().set("comment", "first");
    expect([...make().keys()]).toEqual(["feed.name", "rtir_id"]);
  });
});

describe("reportFromEvent", () => {
  it("keeps the fields that a report may have", () => {
    const event = createEvent(events, [...feed, ["comment", "c"], ["source.ip", "192.0.2.1"]]);
    const report = reportFromEvent(event, reports);
    expect(report.type).toBe("Report");
    expect([...report.keys()]).toEqual(feed.map(([name]) => name));
    expect(report.getDecoded("raw")).toBe("line");
  });
});
