import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Command } from 'commander';
import { runJson } from '../../report/run-json.ts';
import { clearRunFolder, makeRunFolder, pointLatest, writeWhole, type RunFolder } from '../../run/output-folder.ts';
import { run, type RunResult } from '../../run/run.ts';
import type { Exploration } from '../../scenario/exploration.ts';
import { loadAny, shippedScenarios } from '../../scenario/load.ts';
import { plan, type PlanOptions } from '../../scenario/plan.ts';
import type { Scenario } from '../../scenario/schema.ts';
import type { CellResult } from '../../verdict/cell-result.ts';
import { EXIT, UsageError, worstOf } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { duration, names, seed, wholeNumber } from '../options.ts';
import { progressOn } from '../progress.ts';
import { summaryOf } from '../summary.ts';
import { crashboardVersion } from '../version.ts';
import { exploreWithin, replaySaved } from '../explorations.ts';

/** The options as commander hands them over. */
interface RunFlags {
  strategy?: string[];
  cell?: string[];
  processes?: number;
  threads?: number;
  duration?: number;
  trials?: number;
  seed?: string;
  output: string;
  bail: boolean;
  keep: boolean;
}

/** `crashboard run`: carries scenarios out and judges them. */
export function runCommand(): Command {
  return new Command('run')
    .description('run scenarios and say which strategies kept the board intact; saved counterexamples come first')
    .argument('[scenario...]', 'names of shipped scenarios or paths of files (default: all shipped ones)')
    .option('--strategy <names>', 'only these strategies; the controls run all the same', names)
    .option('--cell <ids>', 'only these cells: strategies or controls', names)
    .option('--processes <n>', 'worker processes', wholeNumber(1, 256))
    .option('--threads <n>', 'threads in each worker process', wholeNumber(1, 64))
    .option('--duration <time>', 'how long the workers work in one trial, such as 500ms, 5s or 2m', duration)
    .option('--trials <n>', 'trials of each cell', wholeNumber(1, 100_000))
    .option('--seed <seed>', 'seed of every choice (default: a new one)', seed)
    .option('--output <folder>', 'where results go', 'reports')
    .option('--bail', 'stop after the first cell that violates its expectation', false)
    .option('--keep', 'keep the files of all trials, not only of those that failed', false)
    .addHelpText('after', EXAMPLES)
    .action(async (references: string[], flags: RunFlags) => {
      process.exitCode = await carryOut(references, flags);
    });
}

const EXAMPLES = `
Examples:
  crashboard run                                       all shipped scenarios
  crashboard run sigkill-storm --strategy immediate,recommended --trials 10
  crashboard run burst-create --processes 16 --keep
  crashboard run ./scenarios/mine.ts --seed 7f3a --duration 30s`;

async function carryOut(references: readonly string[], flags: RunFlags): Promise<number> {
  const wanted = references.length > 0 ? references : shippedScenarios();
  const storms: Declared<Scenario>[] = [];
  const explorations: Declared<Exploration>[] = [];
  for (const reference of wanted) {
    const declared = await loadAny(reference, process.cwd());
    if (declared.kind === 'exploration') explorations.push({ reference, declared });
    else storms.push({ reference, declared });
  }
  const options = planOptions(flags);
  // What failed once comes first.
  const codes = [await replaySaved()];
  for (const { reference, declared } of explorations) {
    codes.push(await exploreWithin(reference, declared, { ...flags, seed: options.seed }));
  }
  if (storms.length > 0) codes.push(await carryOutStorms(storms, options, flags));
  return worstOf(codes);
}

/** A scenario file as it was asked for, and what it declares. */
interface Declared<T> {
  reference: string;
  declared: T;
}

async function carryOutStorms(storms: Declared<Scenario>[], options: PlanOptions, flags: RunFlags): Promise<number> {
  const wanted = storms.map(({ reference }) => reference);
  const scenarios = storms.map(({ declared }) => declared);
  refuseSameName(scenarios);
  const thePlan = plan(scenarios, options);
  const startedAt = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  // Before anything is made: from here on nothing stays behind.
  const { signal, release } = interruptSignal(() => progress.say('stopping in order; once more to stop at once'));
  const folder = makeRunFolder(flags.output, `${startedAt}-${options.seed}`);
  const progress = progressOn(process.stderr, thePlan, scenarios);
  let finished = false;
  try {
    const { keep, bail } = flags;
    const result = await run(thePlan, { folder, keep, bail, signal, listener: progress });
    const replay = replayLine(wanted, scenarios, flags, options.seed);
    const exitCode = exitCodeOf(result);
    writeResults(result, folder, scenarios, replay, exitCode);
    finished = true;
    progress.end();
    process.stdout.write(summaryOf(result, { folder, scenarios, replay, columns: process.stdout.columns }));
    if (result.failure) throw result.failure;
    return exitCode;
  } finally {
    progress.end();
    clearRunFolder(folder, finished);
    release();
  }
}

function planOptions(flags: RunFlags): PlanOptions {
  return {
    seed: flags.seed ?? randomBytes(4).toString('hex'),
    ...(flags.strategy && { strategies: flags.strategy }),
    ...(flags.cell && { cells: flags.cell }),
    ...(flags.processes !== undefined && { processes: flags.processes }),
    ...(flags.threads !== undefined && { threads: flags.threads }),
    ...(flags.duration !== undefined && { durationMs: flags.duration }),
    ...(flags.trials !== undefined && { trials: flags.trials }),
    environment: process.env,
  };
}

function refuseSameName(scenarios: readonly Scenario[]): void {
  const seen = new Set<string>();
  for (const { name } of scenarios) {
    if (seen.has(name)) throw new UsageError(`two scenarios are named "${name}"; results would mix`);
    seen.add(name);
  }
}

function writeResults(
  result: RunResult,
  folder: RunFolder,
  scenarios: readonly Scenario[],
  replay: (result: CellResult) => string,
  exitCode: number,
): void {
  const json = runJson(result, { version: crashboardVersion(), exitCode, scenarios, folder, replay });
  writeWhole(join(folder.path, 'run.json'), `${JSON.stringify(json, null, 2)}\n`);
  pointLatest(folder);
}

/** The command that repeats one cell with the same plan. */
function replayLine(
  references: readonly string[],
  scenarios: readonly Scenario[],
  flags: RunFlags,
  seed: string,
): (result: CellResult) => string {
  const overrides = [
    flags.processes !== undefined && `--processes ${flags.processes}`,
    flags.threads !== undefined && `--threads ${flags.threads}`,
    flags.duration !== undefined && `--duration ${flags.duration}ms`,
    flags.trials !== undefined && `--trials ${flags.trials}`,
  ].filter((part) => part !== false);
  return ({ cell }) => {
    const reference = references[scenarios.findIndex(({ name }) => name === cell.scenario)] ?? cell.scenario;
    return ['crashboard run', quoted(reference), `--cell ${cell.id}`, `--seed ${seed}`, ...overrides].join(' ');
  };
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function exitCodeOf({ cells, interrupted, failure }: RunResult): number {
  if (failure) return EXIT.harness;
  if (interrupted) return EXIT.interrupted;
  if (cells.some(({ outcome }) => outcome === 'violated')) return EXIT.violated;
  return cells.some(({ outcome }) => outcome === 'open') ? EXIT.inconclusive : EXIT.held;
}
