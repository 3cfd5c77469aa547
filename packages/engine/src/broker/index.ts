/** Queues, state and failures on disk. */
export type { DeadLetter } from "../dead-letter/dead-letter.ts";
export type { DeadLetterFilter, DeadLetters } from "../dead-letter/dead-letters.ts";
export { readDump, writeDump, writeDumpFile } from "../dead-letter/dump-file.ts";
export { deadLetterMissing, dumpInvalid } from "../dead-letter/errors.ts";
export type { Broker, Envelope, QueueDepth, ReceivedMessage, UnitOfWork } from "./broker.ts";
export type { TotalCounters } from "./counters.ts";
export { type Compaction, compactStore } from "./embedded/compact.ts";
export { type OpenedStore, type OpenStoreOptions, openStore } from "./embedded/open-store.ts";
export type { AdministeredBroker } from "./embedded/store-client.ts";
export { storeHeld } from "./errors.ts";
export { MemoryBroker } from "./memory/memory-broker.ts";
