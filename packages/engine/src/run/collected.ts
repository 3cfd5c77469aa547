/** Makes the message of a collected report: feed fields added, the body inside or, when it is long, in a blob. */
import { float, type Message } from "@weir/format";
import type { BlobRef } from "../broker/broker.ts";
import type { CollectedReport } from "../definition/definition.ts";
import type { BlobWriter } from "../report/blob-store.ts";
import type { BotNode } from "./bot-node.ts";

/** Bodies up to this size travel inside the message. */
const inlineBodyBytes = 64 << 10;

/** Undefined when the report has no data: then it is dropped with a warning, as IntelMQ does. */
export async function deliverReport(
  node: BotNode,
  collected: CollectedReport,
  blobs: BlobWriter,
): Promise<{ readonly message: Message; readonly blob?: BlobRef } | undefined> {
  const { report, body } = collected;
  const blob = await addBody(report, body, blobs);
  if (blob === undefined && !report.has("raw")) {
    node.context.log.warning("Ignoring report without raw field. Possible bug or misconfiguration of this bot.");
    return undefined;
  }
  if (collected.addFeedFields !== false) addFeedFields(node, report);
  return { message: report, ...(blob === undefined ? {} : { blob }) };
}

async function addBody(
  report: Message,
  body: CollectedReport["body"],
  blobs: BlobWriter,
): Promise<BlobRef | undefined> {
  if (body === undefined) return undefined;
  if (typeof body === "string") {
    if (body.length <= inlineBodyBytes) {
      report.set("raw", body);
      return undefined;
    }
    return addBody(report, new TextEncoder().encode(body), blobs);
  }
  if (body instanceof Uint8Array) {
    if (body.length === 0) return undefined;
    if (body.length <= inlineBodyBytes) {
      report.set("raw", body);
      return undefined;
    }
    return blobs.write(once(body));
  }
  const { head, rest } = await takeHead(body, inlineBodyBytes);
  if (rest === undefined) return addBody(report, head, blobs);
  return blobs.write(rest);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Reads up to `limit` bytes; `rest` is the whole stream again when there is more than that. */
async function takeHead(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly head: Uint8Array; readonly rest?: AsyncIterable<Uint8Array> }> {
  const iterator = stream[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    parts.push(next.value);
    length += next.value.length;
    if (length > limit) return { head: new Uint8Array(), rest: continued(parts, iterator) };
  }
  return { head: concatenate(parts, length) };
}

async function* continued(
  parts: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* parts;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** `feed.*` from the collector's parameters, each only when it says something, in IntelMQ's order. */
function addFeedFields(node: BotNode, report: Message): void {
  const { feed } = node.spec;
  if (feed === undefined) return;
  const { name, code, documentation, provider, accuracy } = feed;
  if (name) report.add("feed.name", name);
  if (code) report.add("feed.code", code);
  if (documentation) report.add("feed.documentation", documentation);
  if (provider) report.add("feed.provider", provider);
  if (accuracy) report.add("feed.accuracy", float(accuracy));
}
