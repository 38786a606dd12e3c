import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Report } from '../report/reporter.ts';
import { runJson, type RunContext } from '../report/run-json.ts';
import type { RunJson } from '../report/run-schema.ts';
import { pointLatest, writeWhole } from '../run/output-folder.ts';
import type { RunResult } from '../run/run.ts';
import type { Shard } from '../scenario/shard.ts';
import { EXIT } from './exit-codes.ts';
import { writeReports, type Chosen } from './reporting.ts';
import { summaryOf, type SummaryContext } from './summary.ts';
import { crashboardVersion } from '../kernel/version.ts';

/**
 * Writes what a run leaves behind, and tells the result: `run.json`, the reports, the summary.
 * @param raw what a blob needs, if one is wanted.
 * @param tell makes the summary.
 * @returns what went wrong with reports, in words.
 */
export async function finish(
  result: RunResult,
  context: Omit<RunContext, 'version'>,
  reporters: readonly Chosen[],
  raw: Report['raw'],
  tell: (run: RunJson, told: SummaryContext) => string = summaryOf,
): Promise<string[]> {
  const { folder } = context;
  const run = runJson(result, { ...context, version: crashboardVersion() });
  writeWhole(join(folder.path, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
  pointLatest(folder);
  const printed: string[] = [];
  const { html, problems } = await writeReports({ run, folder: folder.path, raw }, reporters, (text) =>
    printed.push(text),
  );
  const summary = tell(run, { folder: folder.path, columns: process.stdout.columns, html });
  // Whoever asks for a format on standard output wants nothing else there.
  const isPiped = reporters.some(({ path }) => path === '-');
  (isPiped ? process.stderr : process.stdout).write(withoutCommands(summary));
  for (const text of printed) process.stdout.write(text);
  return problems;
}

/** A finding quotes databases and errors: under GitHub Actions no line of them may act as a workflow command. */
function withoutCommands(text: string): string {
  if (process.env['GITHUB_ACTIONS'] !== 'true') return text;
  const token = randomBytes(8).toString('hex');
  return `::stop-commands::${token}\n${text}::${token}::\n`;
}

/** Says what went wrong with reports. @returns the exit code of the run, or that of a harness that failed. */
export function say(problems: readonly string[], exitCode: number): number {
  for (const problem of problems) process.stderr.write(`crashboard: ${problem}\n`);
  return problems.length > 0 && exitCode === EXIT.held ? EXIT.harness : exitCode;
}

/**
 * The exit code of a run. A shard alone does not know what its cells come to: only a violation of "safe" is certain, all
 * else is for the merge to say.
 */
export function exitCodeOf({ cells, interrupted, failure }: RunResult, shard?: Shard): number {
  if (failure) return EXIT.harness;
  if (interrupted) return EXIT.interrupted;
  if (shard) {
    const isViolated = cells.some(({ outcome, cell }) => outcome === 'violated' && cell.expected === 'safe');
    return isViolated ? EXIT.violated : EXIT.held;
  }
  if (cells.some(({ outcome }) => outcome === 'violated')) return EXIT.violated;
  return cells.some(({ outcome }) => outcome === 'open') ? EXIT.inconclusive : EXIT.held;
}
