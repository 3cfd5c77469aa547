import { brokerSuite } from "../broker-suite.ts";
import { MemoryBroker } from "./memory-broker.ts";

brokerSuite("memory", { open: async () => new MemoryBroker(), close: (broker) => broker.close() });
