/** `weir`: the command line. Commands are loaded when they are called, so that `--help` is quick. */
import { Command, CommanderError, Option } from "commander";
import { endOnBrokenPipe } from "../terminal/broken-pipe.ts";
import { exitCodes } from "./exit-codes.ts";
import { describeProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

endOnBrokenPipe();
const program: Command = describeProgram(new Command(), Option);

try {
  // Not part of the program: the words of a half-written command line are no options of ours.
  if (process.argv[2] === "complete") await (await import("./complete.ts")).complete(process.argv.slice(3));
  else await program.parseAsync(process.argv);
} catch (error) {
  // Commander has written what is wrong; help and version come as errors, too.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage.code;
  else await reportError(error);
}
