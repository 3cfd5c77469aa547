/**
 * Record readers split a report's body into records without ever holding the body.
 *
 * Invariants
 * - Records come in order; a batch's `mark` lets a new reader go on exactly behind the batch.
 * - `raw` gives the original bytes of a record as IntelMQ keeps them (with its header where the form has one), lazily.
 * - A record that cannot be read is an {@link UnreadableRecord} in its place; a reader throws only when the body as a
 *   whole cannot be read on.
 */
import type { Base64Value } from "@weir/format";
import type { ProgressMark } from "../broker/broker.ts";

/** The collected data of a report, wherever it is kept. */
export interface ReportBody {
  readonly size: number;
  /** The bytes from this offset on. */
  stream(offset: number): AsyncIterable<Uint8Array>;
}

export interface RecordBatch<Item> {
  readonly records: readonly (Item | UnreadableRecord)[];
  /** What an event's `raw` is for the record at this index. */
  raw(index: number): Base64Value;
  /** What is kept of a failing record, if other than `raw`. */
  original?(index: number): Base64Value;
  readonly mark: ProgressMark;
}

export interface RecordReader<Item> {
  read(body: ReportBody, from: ProgressMark | undefined): AsyncIterable<RecordBatch<Item>>;
}

export class UnreadableRecord {
  readonly error: Error;

  constructor(error: Error) {
    this.error = error;
  }
}
