/** `intelmqctl`: IntelMQ's command line over Weir, for scripts, cron jobs and the Manager's API. */
import { Command, CommanderError, Option } from "commander";
import { endOnBrokenPipe } from "../terminal/broken-pipe.ts";
import { describeProgram } from "./program.ts";

endOnBrokenPipe();
const program = describeProgram(new Command(), Option);

try {
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.WEIR_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  }
}
