import { randomBytes } from 'node:crypto';
import { join, relative } from 'node:path';
import { cellsOf } from '../explore/cells.ts';
import { explore, type Explored } from '../explore/explore.ts';
import { outcomeOf } from '../explore/result.ts';
import { COUNTEREXAMPLES, saveCounterexamples, savedCounterexamples } from '../explore/saved.ts';
import type { SchedulerName } from '../explore/scheduler-names.ts';
import { clearRunFolder, makeRunFolder, pointLatest, writeWhole } from '../run/output-folder.ts';
import type { Exploration } from '../scenario/exploration.ts';
import { EXIT, worstOf } from './exit-codes.ts';
import { explorationProgress } from './exploration-progress.ts';
import { explorationSummary } from './exploration-summary.ts';
import { interruptSignal } from './interrupt.ts';
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

/** Carries an exploration out, shows and writes what came of it. @returns the exit code. */
export async function carryOutExploration(
  reference: string,
  exploration: Exploration,
  flags: ExploreFlags,
): Promise<number> {
  // Asked for what there is not, it says so before anything is made.
  cellsOf(exploration, {
    ...(flags.strategy && { strategies: flags.strategy }),
    ...(flags.situation && { situations: flags.situation }),
  });
  const seed = flags.seed ?? randomBytes(4).toString('hex');
  const { signal, release } = interruptSignal(() => {});
  const startedAt = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const folder = makeRunFolder(flags.output, `${startedAt}-${seed}`);
  const progress = explorationProgress(process.stderr, exploration, seed);
  let finished = false;
  try {
    const explored = await explore(wishesOf(reference, flags, seed), signal, progress.listener);
    progress.end();
    if (flags.save !== undefined) saveCounterexamples(flags.save, explored.results);
    writeWhole(
      join(folder.path, 'exploration.json'),
      `${JSON.stringify(jsonOf(exploration, seed, explored), null, 2)}\n`,
    );
    pointLatest(folder);
    finished = true;
    process.stdout.write(explorationSummary(exploration, explored.results, process.stdout.columns));
    const sqlite = explored.sqliteVersion === '' ? '' : ` · SQLite ${explored.sqliteVersion}`;
    process.stdout.write(`\nseed ${seed}${sqlite} · results in ${relative('.', folder.path)}\n`);
    return exitCodeOf(explored);
  } finally {
    progress.end();
    clearRunFolder(folder, finished);
    release();
  }
}

/** As part of `crashboard run`: of the strategies that were asked for, those that it has. */
export async function exploreWithin(
  reference: string,
  exploration: Exploration,
  { strategy: wanted, seed, output }: { strategy?: string[]; seed: string; output: string },
): Promise<number> {
  const own = exploration.strategies.map((one) => (typeof one === 'string' ? one : one.name));
  const strategy = wanted?.filter((name) => own.includes(name));
  if (strategy?.length === 0) return EXIT.held;
  return carryOutExploration(reference, exploration, {
    ...EXPLORE_DEFAULTS,
    ...(strategy && { strategy }),
    seed,
    output,
  });
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
