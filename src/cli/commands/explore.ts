import type { SchedulerName } from '../../explore/scheduler-names.ts';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { explore, type Explored } from '../../explore/explore.ts';
import { outcomeOf } from '../../explore/result.ts';
import { saveCounterexamples } from '../../explore/saved.ts';
import { SCHEDULER_NAMES } from '../../explore/scheduler-names.ts';
import { clearRunFolder, makeRunFolder, pointLatest, writeWhole } from '../../run/output-folder.ts';
import { loadExploration } from '../../scenario/load.ts';
import { EXIT } from '../exit-codes.ts';
import { explorationProgress } from '../exploration-progress.ts';
import { explorationSummary } from '../exploration-summary.ts';
import { interruptSignal } from '../interrupt.ts';
import { duration, names, seed, wholeNumber } from '../options.ts';
import { crashboardVersion } from '../../kernel/version.ts';

/** The options as commander hands them over. */
export interface ExploreFlags {
  strategy?: string[];
  situation?: string[];
  scheduler: SchedulerName;
  bound?: number;
  schedules: number;
  time: number;
  seed?: string;
  prune: boolean;
  confirm: boolean;
  save?: string;
  output: string;
}

/** What `crashboard run` explores with. */
export const EXPLORE_DEFAULTS = { scheduler: 'depth-first', schedules: 10_000, time: 60_000, prune: true } as const;

/** `crashboard explore`: decides itself which actor takes the next step, instead of waiting for luck. */
export function exploreCommand(): Command {
  return new Command('explore')
    .description('execute the interleavings of a race one by one, and show the shortest that fails')
    .argument('<exploration>', 'name of a shipped exploration or path of a file')
    .option('--strategy <names>', 'only these strategies', names)
    .option('--situation <names>', 'only these situations', names)
    .addOption(
      new Option('--scheduler <name>', 'who decides what comes next')
        .choices(SCHEDULER_NAMES)
        .default(EXPLORE_DEFAULTS.scheduler),
    )
    .option('--bound <n>', 'most preemptions, for depth-first (default: as the exploration says)', wholeNumber(0, 20))
    .option(
      '--schedules <n>',
      'how many, for random-walk and pct',
      wholeNumber(1, 100_000_000),
      EXPLORE_DEFAULTS.schedules,
    )
    .option('--time <time>', 'most time for each cell, such as 500ms, 5s or 2m', duration, EXPLORE_DEFAULTS.time)
    .option('--seed <seed>', 'seed of random choices (default: a new one)', seed)
    .option('--no-prune', 'execute equivalent interleavings too')
    .option('--confirm', 'let real processes carry out every counterexample', false)
    .option('--save <folder>', 'write counterexamples there; `crashboard run` replays those in counterexamples/')
    .option('--output <folder>', 'where results go', 'reports')
    .addHelpText('after', EXAMPLES)
    .action(async (reference: string, flags: ExploreFlags) => {
      process.exitCode = await carryOut(reference, flags);
    });
}

const EXAMPLES = `
Examples:
  crashboard explore duplicate-column --strategy unguarded,init-mutex
  crashboard explore stale-lease --confirm
  crashboard explore claim-race --scheduler pct --schedules 5000 --seed 7f3a
  crashboard explore ./scenarios/mine.ts --bound 3 --save counterexamples`;

async function carryOut(reference: string, flags: ExploreFlags): Promise<number> {
  const exploration = await loadExploration(reference, process.cwd());
  const theSeed = flags.seed ?? randomBytes(4).toString('hex');
  const { signal, release } = interruptSignal(() => {});
  const startedAt = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const folder = makeRunFolder(flags.output, `${startedAt}-${theSeed}`);
  const progress = explorationProgress(process.stderr, exploration, theSeed);
  let finished = false;
  try {
    const explored = await explore(wishesOf(reference, flags, theSeed), signal, progress.listener);
    progress.end();
    if (flags.save !== undefined) saveCounterexamples(flags.save, explored.results);
    writeWhole(
      join(folder.path, 'exploration.json'),
      `${JSON.stringify(jsonOf(exploration.name, theSeed, explored), null, 2)}\n`,
    );
    pointLatest(folder);
    finished = true;
    process.stdout.write(explorationSummary(exploration, explored.results, process.stdout.columns));
    const sqlite = explored.sqliteVersion === '' ? '' : ` · SQLite ${explored.sqliteVersion}`;
    process.stdout.write(`\nseed ${theSeed}${sqlite} · results in ${folder.path}\n`);
    return exitCodeOf(explored);
  } finally {
    progress.end();
    clearRunFolder(folder, finished);
    release();
  }
}

/** What the explorer is asked. */
export function wishesOf(reference: string, flags: ExploreFlags, theSeed: string) {
  return {
    type: 'explore' as const,
    reference,
    directory: process.cwd(),
    version: crashboardVersion(),
    ...(flags.strategy && { strategies: flags.strategy }),
    ...(flags.situation && { situations: flags.situation }),
    ...(flags.bound !== undefined && { bound: flags.bound }),
    scheduler: flags.scheduler,
    schedules: flags.schedules,
    timeMs: flags.time,
    seed: theSeed,
    prune: flags.prune,
    confirm: flags.confirm,
  };
}

/** Contents of `exploration.json`. */
export function jsonOf(name: string, theSeed: string, { results, sqliteVersion, interrupted }: Explored) {
  const crashboard = crashboardVersion();
  return {
    version: 1,
    crashboard,
    exploration: name,
    seed: theSeed,
    engine: { sqliteVersion },
    interrupted,
    cells: results,
  };
}

/** Exit code of an exploration; a counterexample that real processes do not follow counts as a violation. */
export function exitCodeOf({ results, interrupted }: Explored): number {
  if (interrupted) return EXIT.interrupted;
  const unconfirmed = results.some(({ counterexample }) => counterexample?.confirmation?.confirmed === false);
  if (unconfirmed || results.some((result) => outcomeOf(result) === 'violated')) return EXIT.violated;
  return results.some((result) => outcomeOf(result) === 'open') ? EXIT.inconclusive : EXIT.held;
}
