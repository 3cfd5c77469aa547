import { describe, expect, it } from "vitest";
import { fileNameFromResponse, suggestedFileName } from "./file-name.ts";

const url = "https://feed.example/dir/list.csv";

describe("suggestedFileName", () => {
  it.each([
    ["attachment; filename=a.csv", "a.csv"],
    ['attachment; filename="a b; c.csv"; size=5', "a b; c.csv"],
    ['attachment; filename="a\\"b.csv"', 'a"b.csv'],
    ["attachment; size=5; filename=a.csv", "a.csv"],
    ["attachment; filename=old.csv; filename*=UTF-8''%e2%82%ac%20rates.csv", "€ rates.csv"],
    ["attachment; filename*=iso-8859-1'en'%fc.csv", "ü.csv"],
    ["attachment; filename*=klingon''x", "list.csv"],
    ["filename=a.csv", "a.csv"],
    ["attachment", "list.csv"],
  ])("reads %s", (header, name) => {
    expect(suggestedFileName(new Map([["content-disposition", header]]), url)).toBe(name);
  });

  it("takes the end of the address where no header names the file", () => {
    expect(suggestedFileName(new Map(), url)).toBe("list.csv");
    expect(suggestedFileName(new Map(), "https://feed.example/")).toBe("");
  });
});

describe("fileNameFromResponse", () => {
  it("keeps quotes and further parameters, as IntelMQ's function does", () => {
    const headers = new Map([["content-disposition", 'attachment; filename="a.csv"; size=5']]);
    expect(fileNameFromResponse(headers, url)).toBe('"a.csv"; size=5');
    expect(fileNameFromResponse(new Map([["content-disposition", "attachment"]]), url)).toBeUndefined();
  });
});
