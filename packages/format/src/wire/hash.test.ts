import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultHarmonization } from "../fields/default-harmonization.ts";
import { compileFields } from "../fields/field-table.ts";
import { createEvent } from "../message/create.ts";
import { pythonRepr } from "../python/repr.ts";
import { type HashFilter, hashInput, messageHash } from "./hash.ts";
import { parseMessage } from "./message-json.ts";

const tables = {
  event: compileFields(defaultHarmonization, "event"),
  report: compileFields(defaultHarmonization, "report"),
};

function hashOf(content: string, filter?: HashFilter): string {
  return messageHash(parseMessage(content, tables, "Event"), filter);
}

function inputOf(content: string, filter?: HashFilter): string {
  return Buffer.from(hashInput(parseMessage(content, tables, "Event"), filter)).toString("latin1");
}

describe("messageHash", () => {
  it.each([
    ["{}", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    [
      '{"feed.name": "Example", "feed.url": "https://example.com/", "raw": "bG9yZW0gaXBzdW0="}',
      "d04aa050afdc58a39329c78c3b59ce6fb6f11effe180fe8084b4f1e89007de71",
    ],
    ['{"source.port": 80}', "054b3975305dda222c272cec6c4f4833acbe03849fd2ca405b36093f7f16a9a8"],
    ['{"feed.accuracy": 100}', "eb6a2c8879831f65420d12ec59076b0e313b0c7281ca55170bc000298e8ecae1"],
    ['{"feed.accuracy": 100.0}', "0c264e30404c2d72e7d90b9a10ee8cbb064abc1a3e81ebd171111738e291e240"],
    ['{"source.geolocation.latitude": 48.2}', "6372efefb4c507c2fb686fef19e8f26a73a1f8480526f17f05d50afbf6d8df5b"],
    ['{"source.geolocation.latitude": 1e+16}', "2d9d4f8e71e69ac641d113428a7242903427f0298934ccbeaff98dee00f252f1"],
    ['{"source.geolocation.latitude": 1e-05}', "7b8e460af03e3367c2277e9d69f3da1fc3431931bbe1a831b73de2f0beda2acf"],
    ['{"source.tor_node": true}', "0e94892e68b58a6753a7a1047a2e87811c5ab7fe4b2358a18c75ddeaec16b51c"],
    ['{"comment": "it\'s"}', "16227c597126ccfce45bc6107108896a8440235f30d095cfb822cc3f385404f3"],
    ['{"comment": "say \\"x\\" it\'s"}', "f8fac92bf2e37ad0ad1b1cdba7c1e55940d71b221707d9012dd48460ec7db5b9"],
    ['{"comment": "tab\\there\\nnl\\\\"}', "7525932a79204ceacb231a0a8b7f8a6e20f6a1fd7e5aabe621cc5c691831bed6"],
    ['{"comment": "\\u00f6\\u20ac\\ud83d\\ude00"}', "6e39d4ec5770a2f299cb152c86d65b6866719fe36aa0c9d8da08ae2fbcb786d7"],
    ['{"comment": "\\u00a0nb"}', "65cacd52f9a8bdf0571d3d17452e268f7bf4335b2e45ba40f0a8247a24b5f07b"],
    ['{"comment": "zero\\u200bwidth"}', "c184f10414afd0115b3f1d292d9b01645c1f9cd311056316607f19e8f76e2324"],
    ['{"extra.a": [1, "x", null, true, 1.5]}', "e0c5ad8da63a13b78d48847588a5e955697e8f369d44cb06bc867ddd97bc6ad7"],
    ['{"extra.b": {"k": "v", "z": []}}', "205339bd2f778ea0e560304af81e6df68adc4634e856f249018d75bc6a91eddd"],
    [
      '{"extra.c": 0, "time.observation": "2020-01-01T00:00:00+00:00"}',
      "37d16c02c9afeeba1bb16bd0d362c01a16641e056cc0d92ab4e6bb92d4759fc4",
    ],
    ['{"extra.x": 1e+22}', "3cd0aa057bf269e205b37cc5745f6644b35cb6fded243892f10e20b5c83ab502"],
    ['{"extra.x": 1.2345678901234568e+20}', "c7e06668e24f2e0da22e607b8d045dd94f3b606ee52789b638297752b9fdef1d"],
    ['{"extra.x": 0.1}', "8887be503f2f40d83aa2ced08defe8ef09dd1ca625e04e68bd26f54c0f0e7f7f"],
    ['{"extra.x": -0.0}', "10ef3d127002347fc89aa399e159479f22fbbd9d13e86a8f6966043352ab9bcb"],
    ['{"extra.x": 1180591620717411303424}', "ccd26c544110be59a634c4d8e188e2eaee237ab5756c4351a25a0ff4f38776a9"],
    ['{"comment": "\\u007f\\u001b\\u2028\\ufeff"}', "ae36206cf0a9dd6e90dcd4fd1b8951c6d50ca1e58cd4c5a9819e37ae611aa414"],
    [
      '{"comment": "\\udb40\\udc01 \\ud83d\\ude00"}',
      "1f806019a2444375518566a7ff8fbff10db79174de3d62068979ee73acc3c661",
    ],
    ['{"extra.x": "a\'b\\"c"}', "fa6fe9264f40ceda0f04c6384a251190b06adc10f4173e4449c4a0bb140859c7"],
    [
      '{"extra.x": {"n": null, "f": 1.0, "t": true, "l": ["\\u00f6"]}}',
      "5224e3f2a653681cc1231f6e753dec27c1a750e1161ac0cc97021d5fb1b0b211",
    ],
    ['{"source.ip": "2001:DB8::1"}', "5b5f748ca6baf81b3bde8cc23bb40823e8b62ecb0c0ca3dc2f11789d238efa24"],
    ['{"extra.x": ""}', "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ['{"extra.x": 0.0001}', "b27f5d106bb85d495df9ff618328ec7c39e118107a1959a710c133284fe9aab3"],
    ['{"extra.x": 1.234e-05}', "f2089f624108c0ba92df92333d5301e887b309472e3240adfcb3373853b4921f"],
    ['{"extra.x": 1234567890123456.8}', "a2d436e90ca1f947e58a87c157d5b6b53fffdeb3417c55782abea1fc5c8fd75a"],
    ['{"comment": "a \\"b\\" \'c\'"}', "b423c1638ff8a6587f7907ac83fa3101555554d5a4e20c40775a4fab995f1a43"],
    [
      '{"comment": "tab\\there\\\\ \\u00fc \\u20ac \\u6f22 \\u200b"}',
      "a738e3e0cb5ec37240655ac6285ea5dae688226a2ea68a521204809d4ec595b2",
    ],
    [
      '{"feed.accuracy": 100.0, "source.port": 80, "source.tor_node": true, "extra.l": ["a", 1, null, {"k": "v"}]}',
      "0a08ce9598afc72a0daea904d9c036fef0a22d97977e1db95838ccb92350f564",
    ],
    [
      '{"source.ip": "1.1.1.1", "time.observation": "2020-01-01T00:00:00+00:00"}',
      "86a6c93f16b478b5c901acdfaef723fb8333afec4eb876ecfc392a1f75ee3c28",
    ],
  ])("of %s is that of IntelMQ", (content, hash) => {
    expect(hashOf(content)).toBe(hash);
  });

  const content = '{"feed.name": "Example", "feed.url": "https://example.com/", "raw": "bG9yZW0gaXBzdW0="}';
  const filterKeys = new Set(["feed.name"]);

  it("takes only the listed fields, or all others", () => {
    expect(hashOf(content, { filterKeys, filterType: "whitelist" })).toBe(
      "c16c38389fa77055b1ec629a6a44217d117916ccf14eec850b5fd2b14803dcf2",
    );
    expect(hashOf(content, { filterKeys, filterType: "blacklist" })).toBe(
      "b4b383e254ae9d2201f99a1fb21d1ffd4a49aa1cc0d1204cb2c5b3caacbee825",
    );
    expect(hashOf(content, { filterKeys })).toBe(hashOf(content, { filterKeys, filterType: "blacklist" }));
  });

  it("hashes nothing when no field is left", () => {
    expect(hashOf(content, { filterType: "whitelist" })).toBe(hashOf("{}"));
  });

  it("refuses another filter", () => {
    const filterType = "greylist" as "whitelist"; // as it might come from a configuration
    expect(() => hashOf(content, { filterType })).toThrow("expected: blacklist or whitelist");
  });
});

describe("hashInput", () => {
  it("writes name and repr of each field, in the order of names, without the time of observation", () => {
    const content = '{"source.ip": "192.0.2.1", "extra.a": 1, "time.observation": "2020-01-01T00:00:00+00:00"}';
    expect(inputOf(content)).toBe("extra.a\xc01\xc0source.ip\xc0'192.0.2.1'\xc0");
  });

  it("takes names whole: extra does not stand for its members", () => {
    expect(inputOf('{"extra.a": 1}', { filterKeys: new Set(["extra"]), filterType: "whitelist" })).toBe("");
  });

  it("writes any text as its repr in UTF-8, however long", () => {
    const anyText = fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.string({ minLength: 1 }),
      fc
        .constantFrom("it's", '"', "\\", "'\"", "ö", "\n")
        .chain((part) => fc.nat(6000).map((count) => "x".repeat(count) + part)),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const event = createEvent(tables.event);
        event.set("extra.x", [text]);
        event.set("extra.y", text);
        const input = Buffer.from(hashInput(event)).toString("latin1");
        const utf8 = (value: string) => Buffer.from(value).toString("latin1");
        const y = event.has("extra.y") ? `extra.y\xc0${utf8(pythonRepr(text))}\xc0` : "";
        expect(input).toBe(`extra.x\xc0${utf8(pythonRepr([text]))}\xc0${y}`);
      }),
    );
  });
});
