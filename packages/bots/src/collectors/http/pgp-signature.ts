/**
 * Detached OpenPGP signatures, checked by the program `gpg`.
 *
 * With a keyring, only its keys count and gpg gets a home directory of its own; else the keys of the bot's user do. The
 * signature goes to gpg as a file, the signed bytes through its standard input: they may be of any length.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { gpgUnusable } from "./errors.ts";

export type SignatureVerdict =
  | { readonly isGood: true; readonly key: string; readonly user: string; readonly trust: string }
  | { readonly isGood: false; readonly problem: string };

export interface SignatureCheck {
  readonly signature: Uint8Array;
  readonly signed: AsyncIterable<Uint8Array>;
  readonly keyring: string | undefined;
  readonly signal: AbortSignal;
}

/** Good means: gpg found at least one signature, and none that is not good. Throws WEIR_PGP_PROGRAM. */
export async function verifySignature({
  signature,
  signed,
  keyring,
  signal,
}: SignatureCheck): Promise<SignatureVerdict> {
  const directory = await mkdtemp(join(tmpdir(), "weir-pgp-"));
  try {
    const file = join(directory, "signature");
    await writeFile(file, signature);
    const keys =
      keyring === undefined ? [] : ["--homedir", directory, "--no-default-keyring", "--keyring", resolve(keyring)];
    return judge(
      await runGpg(["--batch", "--no-tty", "--status-fd", "1", ...keys, "--verify", file, "-"], signed, signal),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface GpgResult {
  readonly exitCode: number | null;
  /** Status lines without their prefix, as lists of words. */
  readonly status: readonly (readonly string[])[];
  readonly messages: string;
}

function runGpg(args: readonly string[], input: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<GpgResult> {
  return new Promise((done, fail) => {
    const child = spawn("gpg", args, { stdio: ["pipe", "pipe", "pipe"], signal, env: { ...process.env, LC_ALL: "C" } });
    const output: string[] = [];
    const messages: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => messages.push(text));
    child.on("error", (error) => fail(gpgUnusable({ reason: error.message }, { cause: error })));
    let inputError: unknown;
    const fed = pipeline(input, child.stdin).catch((error: unknown) => {
      // gpg stops reading when it has seen that there is no signature; its status says so.
      if (
        !(
          error instanceof Error &&
          "code" in error &&
          (error.code === "EPIPE" || error.code === "ERR_STREAM_PREMATURE_CLOSE")
        )
      ) {
        inputError = error;
        child.kill();
      }
    });
    child.on("close", (exitCode) => {
      fed.then(() => {
        if (inputError !== undefined) fail(inputError);
        else done({ exitCode, status: statusOf(output.join("")), messages: messages.join("").trim() });
      }, fail);
    });
  });
}

function statusOf(output: string): readonly (readonly string[])[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("[GNUPG:] "))
    .map((line) => line.slice("[GNUPG:] ".length).split(" "));
}

function judge({ exitCode, status, messages }: GpgResult): SignatureVerdict {
  const find = (word: string) => status.find(([found]) => found === word);
  const [, key = "", ...user] = find("GOODSIG") ?? [];
  const trust = status.map(([word = ""]) => word).find((word) => word.startsWith("TRUST_")) ?? "TRUST_UNDEFINED";
  if (exitCode === 0 && key !== "" && find("VALIDSIG") !== undefined) {
    return { isGood: true, key, user: user.join(" "), trust: trust.slice("TRUST_".length).toLowerCase() };
  }
  const [word = "", badKey = ""] = [...problems.keys()].map(find).find((line) => line !== undefined) ?? [];
  const problem = problems.get(word) ?? `gpg says: ${messages.split("\n").at(-1) ?? "nothing"}`;
  return { isGood: false, problem: keyedProblems.has(word) ? `${problem} (key ${badKey})` : problem };
}

/** Status words of gpg, the graver first. */
const problems = new Map([
  ["BADSIG", "the signature does not fit the data"],
  ["REVKEYSIG", "the key has been revoked"],
  ["EXPKEYSIG", "the key has expired"],
  ["EXPSIG", "the signature has expired"],
  ["NO_PUBKEY", "the key is not in the keyring"],
  ["ERRSIG", "the signature cannot be checked"],
  ["NODATA", "there is no signature"],
]);
const keyedProblems = new Set(["BADSIG", "REVKEYSIG", "EXPKEYSIG", "EXPSIG", "NO_PUBKEY", "ERRSIG"]);
