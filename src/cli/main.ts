import { Command, CommanderError } from 'commander';
import { UnfitFileSystem } from '../trial/prepare.ts';
import { OutputError } from '../run/output-folder.ts';
import { ConfigError } from '../config/config.ts';
import { ReportError } from '../report/reporter.ts';
import { ScenarioError } from '../scenario/define.ts';
import { EnvironmentError } from '../strategy/environment.ts';
import { benchCommand } from './commands/bench.ts';
import { compareCommand } from './commands/compare.ts';
import { exploreCommand } from './commands/explore.ts';
import { initCommand } from './commands/init.ts';
import { listCommand } from './commands/list.ts';
import { mergeCommand } from './commands/merge.ts';
import { replayCommand } from './commands/replay.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { schemaCommand } from './commands/schema.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { spellOutOptions } from './reporting.ts';
import { crashboardVersion } from '../kernel/version.ts';

/** Errors that are the caller's to mend. */
const USAGE = [UsageError, ReportError, ConfigError, ScenarioError, OutputError, EnvironmentError, UnfitFileSystem];

/**
 * The command line. Sets the exit code of the process; never throws.
 * @param args without the program's own name.
 */
export async function main(args: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', refuseToFail);
  // Node would end with 1, which is the code for a board that did not survive. What is left is the reaper's to clean up.
  process.on('uncaughtException', (error) => process.exit(report(error)));
  const program = new Command('crashboard')
    .description('Find out what really corrupts a SQLite database that many processes share.')
    .version(crashboardVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'crashboard: ')) })
    .showHelpAfterError('(crashboard --help shows how it is used)');
  for (const command of [
    runCommand(),
    exploreCommand(),
    replayCommand(),
    benchCommand(),
    reportCommand(),
    compareCommand(),
    mergeCommand(),
    initCommand(),
    listCommand(),
    schemaCommand(),
  ]) {
    program.addCommand(command.exitOverride().copyInheritedSettings(program));
  }
  program.addHelpText('after', EXAMPLES);
  try {
    await program.parseAsync(spellOutOptions(args), { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Whoever read the output has gone, as `head` does. The run goes on, and its exit code still counts. */
function refuseToFail(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

const EXAMPLES = `
Examples:
  crashboard run sigkill-storm                      compare every strategy under a SIGKILL storm
  crashboard run sigkill-storm --strategy immediate only one strategy, and the controls
  crashboard run ./scenarios/mine.ts --trials 20    a scenario of your own
  crashboard bench busy-timeout --quick             how long must busy_timeout be, here
  crashboard explore duplicate-column               every interleaving of a race, and the shortest that fails
  crashboard list                                   everything there is to choose from

Exit codes: 0 every expectation held · 1 one was violated · 2 bad usage · 3 inconclusive · 4 the harness failed · 130 interrupted`;

/** Says what went wrong. @returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.usage;
  if (USAGE.some((kind) => error instanceof kind)) {
    process.stderr.write(`crashboard: ${(error as Error).message}\n`);
    return EXIT.usage;
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') {
    const what = `the disk is full: ${(error as Error).message}; nothing of this run was kept`;
    process.stderr.write(`crashboard: ${what}\nMake room, or give a folder on another disk as --output\n`);
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`crashboard: the harness itself failed; this says nothing about the board\n${text}\n`);
  }
  return EXIT.harness;
}
