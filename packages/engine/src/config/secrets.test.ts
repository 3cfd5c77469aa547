import { describe, expect, it } from "vitest";
import { readConfiguration } from "./load-configuration.ts";
import { isSecretName, maskSecrets, maskUrlPasswords, redact } from "./secrets.ts";

const masked = (text: string) => maskSecrets(text, readConfiguration(text, "f").root);

describe("isSecretName", () => {
  it.each([
    "http_password",
    "API_KEY",
    "misp_key",
    "auth_token",
    "private_key",
    "gpg_passphrase",
    "client_secret",
    "license_key",
    "Authorization",
    "Set-Cookie",
  ])("takes %s for a secret", (name) => expect(isSecretName(name)).toBe(true));
  it.each([
    "filter_keys",
    "filter_key",
    "single_key",
    "routing_key",
    "format_routing_key",
    "timestamp_key",
    "keys",
    "private_key_path",
    "password_file",
    "keep_raw_field",
    "http_url",
  ])("takes %s for none", (name) => expect(isSecretName(name)).toBe(false));
});

describe("redact", () => {
  it("masks by name, at any depth", () => {
    expect(redact("http_password", { canonical: "hunter2" })).toBe("********");
    const header = new Map([
      ["Accept", "text/csv"],
      ["Authorization", "Bearer hunter2"],
    ]);
    expect(redact("http_header", { canonical: header })).toEqual(
      new Map([
        ["Accept", "text/csv"],
        ["Authorization", "********"],
      ]),
    );
  });

  it("masks what came by reference, and what the schema calls secret", () => {
    const canonical = new Map([
      ["a", "x"],
      ["b", "hunter2"],
    ]);
    expect(redact("p", { canonical, secretPaths: [["b"]] })).toEqual(
      new Map([
        ["a", "x"],
        ["b", "********"],
      ]),
    );
    expect(redact("p", { canonical: ["hunter2"], secretPaths: [[]] })).toBe("********");
    expect(redact("account", { canonical: "hunter2" }, true)).toBe("********");
  });

  it("shows that a secret is not set, and what is no secret", () => {
    expect(redact("http_password", { canonical: null })).toBe(null);
    expect(redact("http_password", { canonical: "" })).toBe("");
    expect(redact("filter_keys", { canonical: "raw" })).toBe("raw");
  });
});

describe("maskUrlPasswords", () => {
  it.each([
    ["https://me:hunter2@host/a?b=c@d", "https://me:*******@host/a?b=c@d"],
    ["see http://a:b@x and redis://:pw@y:6379/1", "see http://a:*@x and redis://:**@y:6379/1"],
    ["https://host:8080/path", "https://host:8080/path"],
    ["https://user@host/", "https://user@host/"],
    ["https://a:p@ss@host/", "https://a:****@host/"],
  ])("turns %s into %s", (text, expected) => expect(maskUrlPasswords(text)).toBe(expected));

  it("takes time in proportion to the text", () => {
    const start = performance.now();
    maskUrlPasswords("://a:".repeat(40_000));
    maskUrlPasswords(`://${"a:".repeat(100_000)}`);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe("maskSecrets", () => {
  it("keeps the layout, so that places stay right", () => {
    const text = "a:\n  http_password: hunter2  # old\n  api_key:\n    - one\n    - 'two'\n  file: x\n";
    expect(masked(text)).toBe("a:\n  http_password: *******  # old\n  api_key:\n    - ***\n    - *****\n  file: x\n");
  });

  it("hides texts of several lines", () => {
    expect(masked("private_key: |\n  line one\n  line two\nb: 1\n")).toBe(
      "private_key: *\n  **** ***\n  **** ***\nb: 1\n",
    );
  });

  it("leaves references as they are", () => {
    const text = "http_password: {$env: FEED_PASSWORD}\n";
    expect(masked(text)).toBe(text);
  });

  it("hides by lines what cannot be parsed", () => {
    expect(masked("a: [\nhttp_password: hunter2\napi_key: |\n  line\n\n  line\nb: 1\n")).toBe(
      "a: [\nhttp_password: *******\napi_key: *\n  ****\n\n  ****\nb: 1\n",
    );
  });
});
