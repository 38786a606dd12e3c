import { randomBytes } from 'node:crypto';
import { Command, Option } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { html } from '../../report/format/html.ts';
import { clearRunFolder, makeRunFolder } from '../../run/output-folder.ts';
import { run, type RunListener } from '../../run/run.ts';
import type { Exploration } from '../../scenario/exploration.ts';
import { loadAny, shippedScenarios } from '../../scenario/load.ts';
import { plan, type Plan, type PlanOptions } from '../../scenario/plan.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { shardOf, type Shard } from '../../scenario/shard.ts';
import type { JudgedTrial } from '../../verdict/cell-result.ts';
import { EXIT, UsageError, worstOf } from '../exit-codes.ts';
import {
  EXPLORE_DEFAULTS,
  carryOutExploration,
  replaySaved,
  strategiesWithin,
  type CarriedOut,
} from '../explorations.ts';
import { exitCodeOf, finish, say } from '../finish.ts';
import { interruptSignal } from '../interrupt.ts';
import { duration, names, seed, shard, wholeNumber } from '../options.ts';
import { progressOn, type ProgressLevel } from '../progress.ts';
import { replayLine, type Overrides } from '../replay.ts';
import { withConfig } from '../run-settings.ts';
import { addReportOptions, chooseReporters, type Chosen, type ReportFlags } from '../reporting.ts';
import { summaryOf } from '../summary.ts';

/** The options as commander hands them over. */
interface RunFlags extends Overrides {
  strategy?: string[];
  cell?: string[];
  seed?: string;
  shard?: Shard;
  output: string;
  bail: boolean;
  keep: boolean;
  config?: string;
  verbose: boolean;
  quiet: boolean;
}

/** `crashboard run`: carries scenarios out and judges them. */
export function runCommand(): Command {
  const command = new Command('run')
    .description('run scenarios and say which strategies kept the board intact; saved counterexamples come first')
    .argument(
      '[scenario...]',
      'names of shipped scenarios or paths of files (default: those of the config, or all shipped ones)',
    )
    .addOption(
      variable('STRATEGY', '--strategy <names>', 'only these strategies; the controls run all the same', names),
    )
    .option('--cell <ids>', 'only these cells: strategies or controls', names)
    .addOption(variable('PROCESSES', '--processes <n>', 'worker processes', wholeNumber(1, 256)))
    .addOption(variable('THREADS', '--threads <n>', 'threads in each worker process', wholeNumber(1, 64)))
    .addOption(
      variable(
        'DURATION',
        '--duration <time>',
        'how long the workers work in one trial, such as 500ms, 5s or 2m',
        duration,
      ),
    )
    .addOption(variable('TRIALS', '--trials <n>', 'trials of each cell', wholeNumber(1, 100_000)))
    .addOption(variable('SEED', '--seed <seed>', 'seed of every choice (default: a new one)', seed))
    .option('--shard <i/n>', 'only this part of the plan; crashboard merge makes one run of all parts', shard)
    .addOption(variable('OUTPUT', '--output <folder>', 'where results go').default('reports'))
    .option('--bail', 'stop after the first cell that violates its expectation', false)
    .option('--keep', 'keep the files of all trials, not only of those that failed', false)
    .option('--config <file>', 'config of the project (default: crashboard.config.ts, if it is there)')
    .option('--verbose', 'a line for each trial', false)
    .option('--quiet', 'no progress, only the result', false);
  return addReportOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (references: string[], flags: RunFlags) => {
      const config = await loadConfig(flags.config, process.cwd());
      const settings = withConfig(command, flags, config);
      const wanted = references.length > 0 ? references : (config.scenarios ?? shippedScenarios());
      process.exitCode = await carryOut(wanted, settings);
    });
}

/** An option that an environment variable can give as well. */
function variable(
  name: string,
  flags: string,
  description: string,
  parse?: (text: string, before: never) => unknown,
): Option {
  const option = new Option(flags, description).env(`CRASHBOARD_${name}`);
  return parse ? option.argParser(parse as (text: string, before: unknown) => unknown) : option;
}

const EXAMPLES = `
Examples:
  crashboard run                                       all shipped scenarios
  crashboard run sigkill-storm --strategy immediate,recommended --trials 10
  crashboard run burst-create --processes 16 --keep
  crashboard run ./scenarios/mine.ts --seed 7f3a --duration 30s
  crashboard run sigkill-storm --reporter html,junit --output-file.junit build/junit.xml
  crashboard run sigkill-storm --seed 7f3a --shard 1/4   one of four machines; then crashboard merge`;

async function carryOut(wanted: readonly string[], flags: RunFlags & ReportFlags): Promise<number> {
  const storms: Declared<Scenario>[] = [];
  const explorations: Declared<Exploration>[] = [];
  for (const reference of wanted) {
    const declared = await loadAny(reference, process.cwd());
    if (declared.kind === 'exploration') explorations.push({ reference, declared });
    else storms.push({ reference, declared });
  }
  const options = planOptions(flags);
  // All that can be wrong is looked at before anything is done.
  const prepared = storms.length > 0 ? await prepareStorms(storms, options, flags) : undefined;
  const reporters = prepared?.reporters ?? (await chooseReporters(flags, ['html']));
  // What failed once comes first. Of several shards, one does it.
  const isFirst = (flags.shard?.index ?? 1) === 1;
  const codes = isFirst ? [await replaySaved()] : [];
  const asked = { ...flags, seed: options.seed };
  const carriedOut = isFirst ? await carryOutExplorations(explorations, asked, prepared ? undefined : reporters) : [];
  codes.push(...carriedOut.map(({ exitCode }) => exitCode));
  // Ctrl-C was meant for all of it.
  if (prepared && !codes.includes(EXIT.interrupted)) codes.push(await carryOutStorms(prepared, flags, carriedOut));
  return worstOf(codes);
}

/**
 * Each exploration writes a page into a folder of its own. The reports that were asked for are made once, by what comes
 * last, and tell of all: two must not write over each other.
 * @param reporters of the last one; left out, something else comes last.
 */
async function carryOutExplorations(
  explorations: readonly Declared<Exploration>[],
  { strategy: wanted, seed: seedOfAll, output }: { strategy?: string[]; seed: string; output: string },
  reporters: readonly Chosen[] | undefined,
): Promise<CarriedOut[]> {
  const page = [{ reporter: html, path: undefined }];
  const asked = explorations
    .map(({ reference, declared }) => ({ reference, declared, strategy: strategiesWithin(declared, wanted) }))
    .filter(({ strategy }) => strategy?.length !== 0);
  const carriedOut: CarriedOut[] = [];
  for (const [index, { reference, declared, strategy }] of asked.entries()) {
    const isLast = index === asked.length - 1 && reporters !== undefined;
    const flags = { ...EXPLORE_DEFAULTS, ...(strategy && { strategy }), seed: seedOfAll, output };
    const earlier = isLast ? carriedOut : [];
    carriedOut.push(await carryOutExploration(reference, declared, flags, isLast ? reporters : page, earlier));
    // Ctrl-C was meant for all of them.
    if (carriedOut.at(-1)?.exitCode === EXIT.interrupted) break;
  }
  return carriedOut;
}

/** A scenario file as it was asked for, and what it declares. */
interface Declared<T> {
  reference: string;
  declared: T;
}

/** Storms that can be carried out as they were asked for. */
interface PreparedStorms {
  wanted: string[];
  scenarios: Scenario[];
  whole: Plan;
  /** What is to be carried out of it. */
  part: Plan;
  reporters: Chosen[];
  level: ProgressLevel;
}

async function prepareStorms(
  storms: readonly Declared<Scenario>[],
  options: PlanOptions,
  flags: RunFlags & ReportFlags,
): Promise<PreparedStorms> {
  const wanted = storms.map(({ reference }) => reference);
  const scenarios = storms.map(({ declared }) => declared);
  const { shard: asked } = flags;
  // A shard of a plan that nobody else has is of no use.
  if (asked && flags.seed === undefined) {
    throw new UsageError('--shard needs --seed: all shards must be parts of one plan');
  }
  const level = levelOf(flags);
  refuseSameName(scenarios);
  const whole = plan(scenarios, options);
  const part = asked ? shardOf(whole, asked) : whole;
  if (part.cells.length === 0) {
    throw new UsageError(`--shard ${asked?.index}/${asked?.of}: there are fewer trials than shards`);
  }
  const reporters = await chooseReporters(flags, asked ? ['html', 'blob'] : ['html']);
  return { wanted, scenarios, whole, part, reporters, level };
}

async function carryOutStorms(
  prepared: PreparedStorms,
  flags: RunFlags,
  earlier: readonly CarriedOut[],
): Promise<number> {
  const { wanted, scenarios, whole, part, reporters, level } = prepared;
  const startedAt = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  // Before anything is made: from here on nothing stays behind.
  const { signal, release } = interruptSignal(() => progress.say('stopping in order; once more to stop at once'));
  const folder = makeRunFolder(flags.output, `${startedAt}-${part.seed}`);
  const progress = progressOn(process.stderr, part, scenarios, level);
  let finished = false;
  try {
    const { keep, bail } = flags;
    const judged: JudgedTrial[] = [];
    const isBlobWanted = reporters.some(({ reporter }) => reporter.name === 'blob');
    const listener = isBlobWanted ? remembering(progress, judged) : progress;
    const result = await run(part, { folder, keep, bail, signal, listener });
    const replay = replayLine(wanted, scenarios, flags, part.seed);
    const exitCode = exitCodeOf(result, flags.shard);
    progress.end();
    const sections = earlier.map(({ section }) => section);
    const ofAll = worstOf([exitCode, ...earlier.map((one) => one.exitCode)]);
    const context = { exitCode: ofAll, scenarios, folder, replay, shard: flags.shard, sections };
    const raw = isBlobWanted ? { plan: whole, judged } : undefined;
    // What was explored has been printed already.
    const problems = await finish(result, context, reporters, raw, (told, place) =>
      summaryOf({ ...told, sections: [] }, place),
    );
    finished = true;
    if (result.failure) throw result.failure;
    return say(problems, exitCode);
  } finally {
    progress.end();
    clearRunFolder(folder, finished);
    release();
  }
}

function levelOf({ verbose, quiet }: RunFlags): ProgressLevel {
  if (verbose && quiet) throw new UsageError('--verbose and --quiet exclude each other; give one of them');
  return verbose ? 'verbose' : quiet ? 'quiet' : 'normal';
}

function remembering(progress: RunListener, judged: JudgedTrial[]): RunListener {
  return {
    ...progress,
    trialJudged(cell, trial) {
      judged.push(trial);
      progress.trialJudged(cell, trial);
    },
  };
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
