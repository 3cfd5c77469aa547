import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "./byte-writer.ts";
import { quote } from "./write-json.ts";

const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.string({ minLength: 250, maxLength: 600 }));
const written = (write: (out: ByteWriter) => void): string => {
  const out = new ByteWriter(1);
  out.byte(33);
  write(out);
  return Buffer.from(out.written).toString();
};

describe("ByteWriter", () => {
  it("writes texts as UTF-8, whatever was there before", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(
          written((out) => {
            out.text(one);
            out.text(other);
          }),
        ).toBe(`!${one.toWellFormed()}${other.toWellFormed()}`);
      }),
    );
  });

  it("writes JSON strings as quote does", () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(written((out) => out.quoted(one))).toBe(`!${quote(one)}`);
      }),
    );
  });

  it("writes ASCII, or nothing", () => {
    fc.assert(
      fc.property(text, (one) => {
        const isAscii = Buffer.byteLength(one) === one.length;
        let said: boolean | undefined;
        const result = written((out) => {
          said = out.ascii(one);
        });
        expect([said, result]).toEqual([isAscii, isAscii ? `!${one}` : "!"]);
      }),
    );
  });

  it("writes small numbers in digits, and no others", () => {
    const number = fc.oneof(
      fc.nat(),
      fc.integer(),
      fc.double(),
      fc.constantFrom(0, -0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31),
    );
    fc.assert(
      fc.property(number, (value) => {
        const isSmall = Number.isInteger(value) && value >= 0 && value < 2 ** 31 && !Object.is(value, -0);
        let said: boolean | undefined;
        const result = written((out) => {
          said = out.small(value);
        });
        expect([said, result]).toEqual([isSmall, isSmall ? `!${value}` : "!"]);
      }),
    );
  });

  it("is empty again after clear, with its old views gone", () => {
    const out = new ByteWriter(4);
    out.text("abcdef");
    out.clear();
    out.put(new Uint8Array([1, 2]));
    expect([...out.written]).toEqual([1, 2]);
  });
});
