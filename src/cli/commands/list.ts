import { Command } from 'commander';
import wrapAnsi from 'wrap-ansi';
import { CHECKS } from '../../check/index.ts';
import { VACUITY } from '../../check/checks/vacuity.ts';
import { FAULTS } from '../../fault/index.ts';
import { HAZARDS } from '../../hazard/index.ts';
import { loadAny, shippedScenarios } from '../../scenario/load.ts';
import { AXES, BASELINE, type Strategy, type StrategyAxes } from '../../strategy/axes.ts';
import { STRATEGIES } from '../../strategy/presets/index.ts';
import { loadBench, shippedBenches } from '../../sweep/load.ts';
import { onStdout } from '../colours.ts';

const WIDTH_MAX = 100;

/** `crashboard list`: everything there is to choose from. */
export function listCommand(): Command {
  return new Command('list')
    .description('show scenarios, strategies with their axes and sources, faults, hazards and checks')
    .action(async () => {
      const loaded = await Promise.all(shippedScenarios().map((name) => loadAny(name, '.')));
      const entriesOf = (isExplored: boolean): Entry[] =>
        loaded
          .filter(({ kind }) => (kind === 'exploration') === isExplored)
          .map(({ name, question }): Entry => [name, question]);
      const sections = [
        section('Storms', entriesOf(false)),
        section('Explorations', entriesOf(true)),
        section('Benches', await benchEntries()),
        section('Strategies', STRATEGIES.map(strategyEntry)),
        section('Axes of a strategy', axisEntries()),
        section(
          'Faults',
          FAULTS.map(({ name, summary }): Entry => [name, summary]),
        ),
        section(
          'Hazards',
          HAZARDS.map(({ name, summary, source }): Entry => [name, `${summary} (${source})`]),
        ),
        section('Checks', checkEntries()),
      ];
      process.stdout.write(sections.join('\n'));
    });
}

async function benchEntries(): Promise<Entry[]> {
  const benches = await Promise.all(shippedBenches().map((name) => loadBench(name, '.')));
  return benches.map(({ name, question }): Entry => [name, question]);
}

type Entry = [name: string, text: string];

function strategyEntry(strategy: Strategy): Entry {
  const { name, summary, source, axes, environment = [] } = strategy;
  const differences = Object.entries(axes).filter(([axis, value]) => BASELINE[axis as keyof StrategyAxes] !== value);
  const shown = differences.map(([axis, value]) => `${axis}=${value}`).join(' ') || 'as the baseline';
  const variables = environment.map(({ variable, axis }) => ` · ${variable} chooses ${axis}`).join('');
  return [name, `${summary}\n${onStdout.dim(`${shown}${variables}`)}\n${onStdout.dim(`from ${source}`)}`];
}

function axisEntries(): Entry[] {
  const entries = Object.entries(AXES).map(([axis, values]): Entry => {
    const baseline = BASELINE[axis as keyof typeof AXES];
    return [axis, values.map((value) => (value === baseline ? `${value}*` : value)).join(' · ')];
  });
  return [...entries, ['busyTimeoutMs', `0 to 2147483647, baseline ${BASELINE.busyTimeoutMs} (* marks the baseline)`]];
}

function checkEntries(): Entry[] {
  const entries = CHECKS.map(
    ({ name, summary, isEarlySign }): Entry => [name, isEarlySign ? `${summary} (early sign)` : summary],
  );
  return [...entries, [VACUITY.name, VACUITY.summary]];
}

function section(title: string, entries: readonly Entry[]): string {
  const columns = Math.max(...entries.map(([name]) => name.length)) + 4;
  const width = Math.min(process.stdout.columns || WIDTH_MAX, WIDTH_MAX) - columns;
  const lines = entries.map(([name, text]) => {
    const [first = '', ...rest] = wrapAnsi(text, width).split('\n');
    return [`  ${name.padEnd(columns - 2)}${first}`, ...rest.map((line) => ' '.repeat(columns) + line)].join('\n');
  });
  return `${onStdout.bold(title)}\n${lines.join('\n')}\n`;
}
