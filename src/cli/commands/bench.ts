import { randomBytes } from 'node:crypto';
import { dirname, join, relative } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { benchRun } from '../../report/bench-run.ts';
import { benchSections } from '../../report/section/bench.ts';
import { clearRunFolder, makeRunFolder, pointLatest, writeWhole, type RunFolder } from '../../run/output-folder.ts';
import { environmentOf, type BenchEnvironment } from '../../sweep/environment.ts';
import { evaluate } from '../../sweep/evaluate.ts';
import {
  baselineKey,
  marksOf,
  readBaseline,
  refuseForeignBaseline,
  refuseForeignFile,
  saveBaseline,
  type Baseline,
} from '../../sweep/gate/baseline.ts';
import { judgeThresholds } from '../../sweep/gate/gate.ts';
import { parseThreshold, type Threshold } from '../../sweep/gate/threshold.ts';
import { benchJson } from '../../sweep/json/bench-json.ts';
import type { BenchJson } from '../../sweep/json/bench-schema.ts';
import { loadBench } from '../../sweep/load.ts';
import { planSweep, type SweepOptions, type SweepPlan } from '../../sweep/sweep-plan.ts';
import { sweep, type SweepResult } from '../../sweep/sweep.ts';
import { benchProgressOn, timeOf } from '../bench/bench-progress.ts';
import { benchSummary, benchTexts } from '../bench/bench-summary.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { say } from '../finish.ts';
import { interruptSignal } from '../interrupt.ts';
import { duration, seed, wholeNumber } from '../options.ts';
import { addReportOptions, chooseReporters, reportFlags, writeReports, type Chosen } from '../reporting.ts';
import { crashboardVersion } from '../../kernel/version.ts';

/** The options as commander hands them over. */
interface BenchFlags {
  param?: Map<string, string[]>;
  oneAtATime: boolean;
  quick: boolean;
  duration?: number;
  repetitions?: number;
  threshold?: string[];
  baseline?: string;
  saveBaseline?: string;
  seed?: string;
  output: string;
  yes: boolean;
}

/** The newest bench; `latest` is the newest run, which has a `run.json`. */
const LATEST_BENCH = 'latest-bench';
/** A sweep that takes longer is asked about. */
const HOURS_MAX = 2;
/** What a baseline is compared by unless thresholds are given. */
const DEFAULT_THRESHOLDS = ['floor<+10%', 'errors<+1%'];

/** `crashboard bench`: measures a grid of parameters and says what follows. */
export function benchCommand(): Command {
  const command = new Command('bench')
    .description('measure busy timeouts, locks and durability under your number of writers, and say which to take')
    .argument('[bench]', 'name of a shipped bench or path of a file', 'busy-timeout')
    .option('--param <name=list>', 'values on an axis, such as writers=2,8; may stand more than once', param)
    .option('--one-at-a-time', 'vary one axis at a time, with all others at their first value', false)
    .option('--quick', 'a smaller grid and shorter trials: a usable answer within a minute', false)
    .option('--duration <time>', 'how long the workers work in one trial, such as 500ms, 5s or 2m', duration)
    .option('--repetitions <n>', 'trials of each cell', wholeNumber(1, 1000))
    .option('--threshold <rule>', "what must hold of every cell, such as 'p99<50ms' or 'throughput>-10%'", together)
    .option('--save-baseline <file>', 'keep the numbers for later sweeps to be compared with')
    .option(
      '--baseline <file>',
      'compare with such numbers; 3 if a cell is worse beyond a threshold and the test says so',
    )
    .option('--seed <seed>', 'seed of the order and of every choice (default: a new one)', seed)
    .option('--output <folder>', 'where results go; also the disk that is measured', 'reports')
    .option('--yes', `go on with a sweep of more than ${HOURS_MAX} hours`, false);
  return addReportOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (reference: string, flags: BenchFlags) => {
      process.exitCode = await carryOut(reference, flags);
    });
}

const EXAMPLES = `
Examples:
  crashboard bench busy-timeout --quick
  crashboard bench busy-timeout --param writers=8 --param busyTimeout=0,1s,5s --param policy=immediate
  crashboard bench lock-tax --save-baseline locks.json
  crashboard bench lock-tax --baseline locks.json --threshold 'throughput>-10%'

Benches: busy-timeout, lock-tax, durability-tax, stopped-writer, convoy, checkpointing, or a file of your own.
Exit codes: 0 done · 2 bad usage · 3 a threshold was missed · 4 the harness failed · 130 interrupted`;

async function carryOut(reference: string, flags: BenchFlags): Promise<number> {
  const bench = await loadBench(reference, process.cwd());
  const plan = planSweep(bench, optionsOf(flags));
  refuseEndlessGrid(plan, flags);
  const reporters = await benchReporters(flags);
  const gate = gateOf(flags, plan);
  const startedAt = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const { signal, release } = interruptSignal(() =>
    progress.say('stopping with what there is; once more to stop at once'),
  );
  const folder = makeRunFolder(flags.output, `${startedAt}-bench-${plan.seed}`);
  const progress = benchProgressOn(process.stderr, plan);
  let finished = false;
  try {
    const onSqlite = (version: string): void => gate.check(folder, version);
    const result = await sweep(plan, { folder, signal, listener: progress, onSqlite });
    progress.end();
    if (result.cells.length === 0) return EXIT.interrupted;
    const json = resultOf(result, folder, gate, commandOf(reference, flags, plan));
    writeWhole(join(folder.path, 'bench.json'), `${JSON.stringify(json, null, 1)}\n`);
    pointLatest(folder, LATEST_BENCH);
    finished = true;
    const where = relative(process.cwd(), join(folder.path, 'bench.json'));
    const problems = await tell(json, where, reporters);
    for (const remark of gate.remarks(json.environment)) process.stderr.write(`${remark}\n`);
    if (flags.saveBaseline !== undefined && !result.interrupted) keep(flags.saveBaseline, result, json.environment);
    return say(problems, json.exitCode);
  } finally {
    progress.end();
    clearRunFolder(folder, finished);
    release();
  }
}

/** What tells of storms alone has nothing to say of a bench. */
const STORMS_ONLY = ['json', 'junit', 'blob'];

async function benchReporters(flags: BenchFlags): Promise<Chosen[]> {
  const chosen = await chooseReporters(reportFlags(flags), ['html']);
  const unfit = chosen.find(({ reporter }) => STORMS_ONLY.includes(reporter.name));
  if (!unfit) return chosen;
  throw new UsageError(
    `--reporter ${unfit.reporter.name} tells of storms; of a bench html, csv and markdown do, and bench.json is always written`,
  );
}

/** Writes the reports and the summary. @returns what went wrong with reports, in words. */
async function tell(json: BenchJson, where: string, reporters: readonly Chosen[]): Promise<string[]> {
  const printed: string[] = [];
  const run = benchRun(json, benchSections(json, benchTexts(json)));
  const { html, problems } = await writeReports({ run, folder: dirname(where) }, reporters, (text) =>
    printed.push(text),
  );
  const report = html === undefined ? '' : `report: ${relative('.', html)}\n`;
  // Whoever asks for a format on standard output wants nothing else there.
  const isPiped = reporters.some(({ path }) => path === '-');
  (isPiped ? process.stderr : process.stdout).write(benchSummary(json, process.stdout.columns, where) + report);
  for (const text of printed) process.stdout.write(text);
  return problems;
}

/** What the sweep is held against. */
interface Gate {
  thresholds: Threshold[];
  baseline: Baseline | undefined;
  /** @throws {ScenarioError} if the baseline was measured elsewhere. */
  check(folder: RunFolder, sqliteVersion: string): void;
  /** What makes the comparison less than like with like. */
  remarks(here: BenchEnvironment): string[];
}

/** Reads and checks all that can be refused before anything is measured. */
function gateOf(flags: BenchFlags, plan: SweepPlan): Gate {
  const path = flags.baseline;
  const baseline = path === undefined ? undefined : readBaseline(path);
  const texts = flags.threshold ?? (baseline ? DEFAULT_THRESHOLDS : []);
  const thresholds = texts.map(parseThreshold);
  const relative = thresholds.find(({ isRelative }) => isRelative);
  if (relative && !baseline) throw new UsageError(`threshold "${relative.text}" is a change: give a --baseline`);
  if (flags.saveBaseline !== undefined) refuseForeignFile(flags.saveBaseline);
  const unknown = plan.cells.filter((cell) => baseline && !(baselineKey(plan.bench, cell) in baseline.cells));
  if (unknown.length === plan.cells.length && baseline) {
    throw new UsageError(
      `--baseline ${path}: has none of these cells; it was saved by bench ${baseline.bench} with others`,
    );
  }
  return {
    thresholds,
    baseline,
    check(folder, sqlite) {
      if (baseline && path !== undefined) refuseForeignBaseline(path, baseline, environmentOf(folder.path, sqlite));
    },
    remarks(here) {
      if (!baseline) return [];
      const marks = marksOf(baseline, here, crashboardVersion(), plan.durationMs);
      const missing =
        unknown.length > 0 ? [`${unknown.length} of ${plan.cells.length} cells are not in the baseline`] : [];
      return [...marks, ...missing].map((mark) => `baseline: ${mark}`);
    },
  };
}

function resultOf(result: SweepResult, folder: RunFolder, gate: Gate, command: string): BenchJson {
  const { plan, cells } = result;
  const thresholds = judgeThresholds({ bench: plan.bench, cells, seed: plan.seed }, gate.thresholds, gate.baseline);
  const missed = thresholds.some(({ verdict }) => verdict === 'missed');
  const exitCode = result.interrupted ? EXIT.interrupted : missed ? EXIT.inconclusive : EXIT.held;
  const environment = environmentOf(folder.path, result.sqliteVersion);
  return benchJson(result, evaluate(result), {
    version: crashboardVersion(),
    exitCode,
    command,
    environment,
    thresholds,
  });
}

function keep(path: string, { plan, cells }: SweepResult, environment: BenchEnvironment): void {
  saveBaseline(path, plan.bench, cells, { crashboard: crashboardVersion(), trialMs: plan.durationMs, environment });
  process.stderr.write(`baseline written to ${path}\n`);
}

function optionsOf(flags: BenchFlags): SweepOptions {
  return {
    seed: flags.seed ?? randomBytes(4).toString('hex'),
    params: flags.param ?? new Map<string, string[]>(),
    isQuick: flags.quick,
    isOneAtATime: flags.oneAtATime,
    ...(flags.duration !== undefined && { durationMs: flags.duration }),
    ...(flags.repetitions !== undefined && { repetitions: flags.repetitions }),
  };
}

function refuseEndlessGrid({ estimateMs, cells, steps }: SweepPlan, { yes }: BenchFlags): void {
  if (yes || estimateMs <= HOURS_MAX * 3_600_000) return;
  throw new UsageError(
    `${cells.length} cells in ${steps.length} trials would take about ${timeOf(estimateMs)}; ` +
      `give fewer values with --param, or --quick, or --yes for a sweep of more than ${HOURS_MAX} hours`,
  );
}

/** `name=a,b`; several for one name add up. */
function param(text: string, before: Map<string, string[]> | undefined): Map<string, string[]> {
  const [, name = '', list = ''] = /^([A-Za-z][\w-]*)=(.*)$/.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError('expected name=value,value such as writers=2,8.');
  const values = list.split(',').map((value) => value.trim());
  if (values.some((value) => value === ''))
    throw new InvalidArgumentError(`an empty grid: give ${name} at least one value.`);
  const params = before ?? new Map<string, string[]>();
  return params.set(name, [...(params.get(name) ?? []), ...values]);
}

function together(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** The command that repeats the sweep. */
function commandOf(reference: string, flags: BenchFlags, { seed: own }: SweepPlan): string {
  const params = [...(flags.param ?? [])].map(([name, values]) => `--param ${name}=${values.join(',')}`);
  const rest = [
    flags.quick && '--quick',
    flags.oneAtATime && '--one-at-a-time',
    flags.duration !== undefined && `--duration ${flags.duration}ms`,
    flags.repetitions !== undefined && `--repetitions ${flags.repetitions}`,
  ].filter((part) => part !== false);
  return ['crashboard bench', reference, ...params, ...rest, `--seed ${own}`].join(' ');
}
