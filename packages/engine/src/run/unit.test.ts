import { describe, expect, it } from "vitest";
import { numbered } from "../testing/store-flow.ts";
import { idOf, OutgoingMessage, setOrigin, Unit } from "./unit.ts";

describe("a unit", () => {
  it("is empty until it has something for the store; counters alone are not worth a commit", () => {
    const unit = new Unit();
    unit.counters("a").received += 1;
    expect(unit.isEmpty).toBe(true);
    expect(new Unit({}).isEmpty).toBe(false); // another worker's part is to be committed
  });

  it.each([
    ["acknowledge", (unit: Unit) => unit.acknowledge("q", { chunk: 1, index: 0 })],
    ["unpark", (unit: Unit) => unit.unpark("q", "1")],
    ["progress", (unit: Unit) => unit.progress("q", { chunk: 1, index: 0 }, { offset: 1, record: 1 })],
    ["enqueue", (unit: Unit) => unit.enqueue("q", numbered(1))],
    ["park", (unit: Unit) => unit.park("q", numbered(1), 5)],
    ["state", (unit: Unit) => unit.state([{ kind: "delete", bot: "a", key: "k" }])],
  ] as const)("with something to %s is not, and says so to the store", (part, add) => {
    const unit = new Unit();
    add(unit);
    expect(unit.isEmpty).toBe(false);
    expect(unit.build()[part]).toHaveLength(1);
  });

  it("with a message for another worker is not empty, either", () => {
    const unit = new Unit();
    unit.handOver("q", numbered(1).message);
    expect(unit.isEmpty).toBe(false);
    expect([...unit.handedOver.keys()]).toEqual(["q"]);
  });

  it("acknowledges each queue up to the last place and keeps the order of messages by queue", () => {
    const unit = new Unit();
    unit.acknowledge("q", { chunk: 1, index: 0 });
    unit.acknowledge("q", { chunk: 1, index: 3 });
    unit.enqueue("a", numbered(1));
    unit.enqueue("b", numbered(2));
    unit.enqueue("a", numbered(3));
    const { acknowledge, enqueue = [] } = unit.build();
    expect(acknowledge).toEqual([{ queue: "q", upTo: { chunk: 1, index: 3 } }]);
    expect(enqueue.map(({ queue, envelopes }) => [queue, envelopes.map(({ id }) => id)])).toEqual([
      ["a", ["m1", "m3"]],
      ["b", ["m2"]],
    ]);
    expect([...unit.queues]).toEqual(["a", "b"]);
  });

  it("adds up what each bot did", () => {
    const unit = new Unit();
    unit.counters("a").received += 2;
    unit.counters("a").failed += 1;
    unit.counters("b").sent._default = 3;
    expect(unit.build().counters).toEqual({
      a: { received: 2, failed: 1, dropped: 0, sent: {} },
      b: { received: 0, failed: 0, dropped: 0, sent: { _default: 3 } },
    });
  });
});

describe("the id of a message", () => {
  it("is that of the message it was made from, and its place among those", () => {
    const { message } = numbered(1);
    expect(idOf(message)).toBe("");
    setOrigin(message, "m1", -1);
    expect(idOf(message)).toBe("m1");
    setOrigin(message, "m1/2", 0);
    expect(idOf(message)).toBe("m1/2/0");
    expect(new OutgoingMessage(message).id).toBe("m1/2/0");
    expect(idOf(message.clone())).toBe("m1/2/0");
  });
});
