/** `weir`: the command line. Commands are loaded when they are called, so that `--help` is quick. */
import { Command, Option } from "commander";
import { describeProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

const program: Command = describeProgram(new Command(), Option);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  reportError(error);
}
