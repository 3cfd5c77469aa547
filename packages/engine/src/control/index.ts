/** Commands to a running botnet. */
export { tracebackOf } from "../dead-letter/traceback.ts";
export { type ControlClient, connectControl, controlLost, notRunning } from "./control-client.ts";
export { type ControlHandler, serveControl } from "./control-server.ts";
export { type OperationsOptions, openOperations } from "./operations.ts";
