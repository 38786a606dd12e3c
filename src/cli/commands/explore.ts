import { Command, Option } from 'commander';
import { SCHEDULER_NAMES } from '../../explore/scheduler-names.ts';
import { loadExploration } from '../../scenario/load.ts';
import { EXPLORE_DEFAULTS, carryOutExploration, type ExploreFlags } from '../explorations.ts';
import { duration, names, seed, wholeNumber } from '../options.ts';
import { addReportOptions, chooseReporters, reportFlags } from '../reporting.ts';

/** `crashboard explore`: decides itself which actor takes the next step, instead of waiting for luck. */
export function exploreCommand(): Command {
  const command = new Command('explore')
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
    .option('--output <folder>', 'where results go', 'reports');
  return addReportOptions(command)
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
  crashboard explore ./scenarios/mine.ts --bound 3 --save counterexamples
  crashboard explore duplicate-column --reporter html,junit --output-file.junit build/junit.xml`;

async function carryOut(reference: string, flags: ExploreFlags): Promise<number> {
  const exploration = await loadExploration(reference, process.cwd());
  const reporters = await chooseReporters(reportFlags(flags), ['html']);
  return (await carryOutExploration(reference, exploration, flags, reporters)).exitCode;
}
