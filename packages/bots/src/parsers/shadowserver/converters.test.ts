import { Float } from "@weir/format";
import { describe, expect, it } from "vitest";
import { converterNamed } from "./converters.ts";

function convert(name: string, cell: string, row: Record<string, string | null> = {}) {
  return converterNamed(name)?.(cell, new Map(Object.entries(row)));
}

describe("converterNamed", () => {
  it.each([
    ["add_UTC_to_timestamp", "2031-05-04 03:02:01", "2031-05-04 03:02:01 UTC"],
    ["convert_bool", "Y", true],
    ["convert_bool", "Enabled", true],
    ["convert_bool", "no", false],
    ["convert_bool", "0", false],
    ["convert_bool", "maybe", null],
    ["convert_bool", "", null],
    ["validate_to_none", "", null],
    ["validate_to_none", "0", null],
    ["validate_to_none", "unknown", null],
    ["validate_to_none", "Unknown", "Unknown"],
    ["convert_int", "", null],
    ["convert_int", " 7_0 ", 70],
    ["convert_float", "", null],
    ["convert_float", "1e2", new Float(100)],
    ["convert_float", "1.5", 1.5],
    ["convert_float", "nan", Number.NaN],
    ["invalidate_zero", "", null],
    ["invalidate_zero", "00", null],
    ["invalidate_zero", "64500", 64500],
    ["validate_ip", "192.0.2.3", "192.0.2.3"],
    ["validate_ip", "16909060", "16909060"],
    ["validate_ip", "0.0.0.0", null],
    ["validate_ip", "192.0.2.0/24", null],
    ["validate_ip", "x", null],
    ["validate_network", "192.0.2.1/24", "192.0.2.1/24"],
    ["validate_network", "192.0.2.1", null],
    ["validate_fqdn", "H.example", "H.example"],
    ["validate_fqdn", "", null],
    ["validate_fqdn", "..", null],
    ["convert_date", "2031-05-04 03:02:01", "2031-05-04T03:02:01+00:00"],
    ["convert_date", "never", null],
    ["convert_date_utc", "2031-05-04 03:02:01", "2031-05-04T03:02:01+00:00"],
    ["convert_date_utc", "2031-05-04T03:02:01+02:00", "2031-05-04T03:02:01+00:00"],
    ["force_base64", "", null],
    ["force_base64", "test", "test"],
    ["force_base64", "GET / HTTP/1.1", "R0VUIC8gSFRUUC8xLjE="],
    ["force_base64", "ü", "w7w="],
    ["scan_exchange_taxonomy", "exchange;webshell", "intrusions"],
    ["scan_exchange_taxonomy", "exchange", "vulnerable"],
    ["scan_exchange_type", "exchange;webshell", "system-compromise"],
    ["scan_exchange_type", "exchange", "vulnerable-system"],
    ["scan_exchange_identifier", "exchange;webshell", "exchange-server-webshell"],
    ["scan_exchange_identifier", "exchange", "vulnerable-exchange-server"],
    ["extract_cve_from_tag", "b;cve-2031-2;cve-2031-1;cve-2031-2;CVE-1-1", "cve-2031-1;cve-2031-2"],
    ["extract_cve_from_tag", "b", null],
  ])("%s makes of %j: %j", (name, cell, expected) => {
    expect(convert(name, cell)).toEqual(expected);
  });

  it.each([
    ["convert_int", "x"],
    ["convert_int", "1.5"],
    ["convert_float", "x"],
    ["invalidate_zero", "x"],
  ])("%s refuses %j", (name, cell) => {
    expect(() => convert(name, cell)).toThrow(cell);
  });

  it("takes the category, else the detail", () => {
    expect(convert("category_or_detail", "", { category: "c", detail: "d" })).toBe("c");
    expect(convert("category_or_detail", "", { category: "", detail: "d" })).toBe("d");
    expect(convert("category_or_detail", "")).toBe("");
  });

  it.each([
    [{ http_host: "a.example", url: "GET /x?y HTTP/1.1" }, "http://a.example/x?y"],
    [{ cc_dns: "", http_host: "", hostname: "h.example", http_url: "/z" }, "http://h.example/z"],
    [{ ip: "192.0.2.4", url: "/x", application: "https" }, "https://192.0.2.4/x"],
    [{ cc_dns: "c.example", url: "http://foo/bar baz" }, "http://c.example//foo/bar"],
    [{ http_host: "a.example", url: "none" }, "http://a.example"],
    [{ http_host: "a.example", url: "" }, "V"],
    [{ url: "/x" }, "V"],
  ])("makes a URL of %o", (row, expected) => {
    expect(convert("convert_http_host_and_url", "V", row)).toBe(expected);
  });

  it("knows no other converter", () => expect(converterNamed("constructor")).toBeUndefined());
});
