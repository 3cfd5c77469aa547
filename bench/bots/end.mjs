/** An end of a botnet that costs nearly nothing: all events are dropped. */
import { defineExpert } from "@weir/engine";
import { z } from "zod";

export default defineExpert({
  module: "bench-end",
  name: "End",
  summary: "Drops every event.",
  params: z.object({}),
  create: () => ({ process: () => undefined }),
});
