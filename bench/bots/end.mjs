/** An end of a botnet that costs nearly nothing: what it is given goes nowhere. */
import { defineOutput } from "@weir/engine";
import { z } from "zod";

export default defineOutput({
  module: "bench-end",
  name: "End",
  summary: "Delivers events to nobody.",
  pace: "local",
  params: z.object({}),
  create: () => ({ write: () => undefined }),
});
