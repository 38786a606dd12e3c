import { createHash, randomBytes } from 'node:crypto';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { cellsOf, type ExplorationCell } from '../explore/cells.ts';
import { explore, type Explored } from '../explore/explore.ts';
import { outcomeOf } from '../explore/result.ts';
import { COUNTEREXAMPLES, saveCounterexamples, savedCounterexamples } from '../explore/saved.ts';
import type { SchedulerName } from '../explore/scheduler-names.ts';
import { interleavingSection } from '../report/section/interleaving.ts';
import type { Section } from '../report/section/section.ts';
import { clearRunFolder, makeRunFolder, writeWhole } from '../run/output-folder.ts';
import type { RunResult } from '../run/run.ts';
import type { Exploration } from '../scenario/exploration.ts';
import { EXIT, worstOf } from './exit-codes.ts';
import { explorationProgress } from './exploration-progress.ts';
import { explorationSummary } from './exploration-summary.ts';
import { finish, say } from './finish.ts';
import { interruptSignal } from './interrupt.ts';
import type { Chosen } from './reporting.ts';
import type { SummaryContext } from './summary.ts';
import { crashboardVersion } from '../kernel/version.ts';

/** How an exploration is carried out. */
export interface ExploreFlags {
  strategy?: string[];
  situation?: string[];
  scheduler: SchedulerName;
  bound?: number;
  schedules: number;
  /** Most time for each cell, in milliseconds. */
  time: number;
  seed?: string;
  prune: boolean;
  confirm: boolean;
  save?: string;
  output: string;
}

/** What `crashboard run` explores with. */
export const EXPLORE_DEFAULTS = {
  scheduler: 'depth-first',
  schedules: 10_000,
  time: 60_000,
  prune: true,
  confirm: false,
} as const;

/** What came of an exploration, for the command that asked for it. */
export interface CarriedOut {
  exitCode: number;
  /** What the reports of a larger run have to tell of it. */
  section: Section;
}

/**
 * Carries an exploration out, shows and writes what came of it.
 * @param earlier parts of the same command that are over; the reports tell of them as well.
 */
export async function carryOutExploration(
  reference: string,
  exploration: Exploration,
  flags: ExploreFlags,
  reporters: readonly Chosen[],
  earlier: readonly CarriedOut[] = [],
): Promise<CarriedOut> {
  // Asked for what there is not, it says so before anything is made.
  const cells = cellsOf(exploration, {
    ...(flags.strategy && { strategies: flags.strategy }),
    ...(flags.situation && { situations: flags.situation }),
  });
  const seed = flags.seed ?? randomBytes(4).toString('hex');
  const { signal, release } = interruptSignal(() => {});
  const startedAt = new Date();
  const name = `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}-${seed}`;
  const folder = makeRunFolder(flags.output, name);
  const progress = explorationProgress(process.stderr, exploration, seed);
  let finished = false;
  try {
    const wishes = wishesOf(reference, flags, seed);
    const explored = await explore(wishes, signal, progress.listener);
    progress.end();
    if (flags.save !== undefined) saveCounterexamples(flags.save, explored.results);
    writeWhole(
      join(folder.path, 'exploration.json'),
      `${JSON.stringify(jsonOf(exploration, seed, explored), null, 2)}\n`,
    );
    const exitCode = exitCodeOf(explored);
    const section = sectionOf(exploration, explored);
    const context = {
      exitCode: worstOf([exitCode, ...earlier.map((one) => one.exitCode)]),
      scenarios: [],
      folder,
      replay: () => '',
      sections: [...earlier.map((one) => one.section), section],
    };
    const problems = await finish(
      runResultOf(wishes, cells, explored, startedAt),
      context,
      reporters,
      undefined,
      (_run, told) => summary(exploration, explored, seed, told),
    );
    finished = true;
    return { exitCode: say(problems, exitCode), section };
  } finally {
    progress.end();
    clearRunFolder(folder, finished);
    release();
  }
}

/** As the result of a run. It has no cells in the sense of a storm: what was explored is its section. */
function runResultOf(
  wishes: ReturnType<typeof wishesOf>,
  cells: readonly ExplorationCell[],
  { sqliteVersion, interrupted }: Explored,
  startedAt: Date,
): RunResult {
  const { directory: _, ...asked } = wishes;
  const digest = createHash('sha256')
    .update(JSON.stringify({ ...asked, cells }))
    .digest('hex')
    .slice(0, 12);
  const durationMs = Date.now() - startedAt.getTime();
  const plan = { seed: asked.seed, digest, cells: [] };
  return { plan, cells: [], sqliteVersion, startedAt, durationMs, interrupted, failure: undefined };
}

function sectionOf(exploration: Exploration, { results }: Explored): Section {
  const text = stripVTControlCharacters(explorationSummary(exploration, results, undefined)).trim();
  return interleavingSection(
    exploration,
    results,
    text.split('\n').map((line) => line.trimEnd()),
  );
}

function summary(
  exploration: Exploration,
  { results, sqliteVersion }: Explored,
  seed: string,
  { folder, columns, html }: SummaryContext,
): string {
  const sqlite = sqliteVersion === '' ? '' : ` · SQLite ${sqliteVersion}`;
  const report = html === undefined ? '' : `report: ${relative('.', html)}\n`;
  const closing = `\nseed ${seed}${sqlite} · results in ${relative('.', folder)}\n${report}`;
  return explorationSummary(exploration, results, columns) + closing;
}

/** As part of `crashboard run`: the strategies of an exploration that were asked for; `undefined` for all of them. */
export function strategiesWithin(exploration: Exploration, wanted: string[] | undefined): string[] | undefined {
  const own = exploration.strategies.map((one) => (typeof one === 'string' ? one : one.name));
  return wanted?.filter((name) => own.includes(name));
}

/** Replays what the project has saved. @returns the exit code: a counterexample that fails again is a violation. */
export async function replaySaved(): Promise<number> {
  const saved = savedCounterexamples(COUNTEREXAMPLES);
  const { signal, release } = interruptSignal(() => {});
  const codes: number[] = [];
  try {
    for (const { path, token } of saved) {
      const wishes = {
        type: 'replay',
        token,
        directory: process.cwd(),
        version: crashboardVersion(),
        times: 1,
        confirm: false,
      } as const;
      const { replay, interrupted } = await explore(wishes, signal, () => {});
      if (interrupted || !replay) return EXIT.interrupted;
      const { failure, expected, mismatch } = replay;
      const isAgain = failure !== undefined && expected === 'safe';
      codes.push(isAgain ? EXIT.violated : EXIT.held);
      const fits = mismatch === undefined ? '' : ` (${mismatch})`;
      const words =
        failure === undefined ? `does not fail any more${fits}` : `fails${isAgain ? '' : ', as expected'}: ${failure}`;
      process.stdout.write(`${isAgain ? '✗' : '✓'} ${path}: ${words}\n`);
      if (isAgain) process.stdout.write(`  crashboard replay '${token}'\n`);
    }
  } finally {
    release();
  }
  return worstOf(codes);
}

function wishesOf(reference: string, flags: ExploreFlags, seed: string) {
  const { strategy, situation, bound, scheduler, schedules, time, prune, confirm } = flags;
  return {
    type: 'explore' as const,
    reference,
    directory: process.cwd(),
    version: crashboardVersion(),
    ...(strategy && { strategies: strategy }),
    ...(situation && { situations: situation }),
    ...(bound !== undefined && { bound }),
    scheduler,
    schedules,
    timeMs: time,
    seed,
    prune,
    confirm,
  };
}

/** Contents of `exploration.json`. */
function jsonOf({ name, question }: Exploration, seed: string, { results, sqliteVersion, interrupted }: Explored) {
  const crashboard = crashboardVersion();
  return {
    version: 1,
    crashboard,
    exploration: name,
    question,
    seed,
    engine: { sqliteVersion },
    interrupted,
    cells: results,
  };
}

/** A counterexample that real processes do not follow counts as a violation: the explorer would be wrong. */
function exitCodeOf({ results, interrupted }: Explored): number {
  if (interrupted) return EXIT.interrupted;
  const unconfirmed = results.some(({ counterexample }) => counterexample?.confirmation?.confirmed === false);
  if (unconfirmed || results.some((result) => outcomeOf(result) === 'violated')) return EXIT.violated;
  return results.some((result) => outcomeOf(result) === 'open') ? EXIT.inconclusive : EXIT.held;
}
