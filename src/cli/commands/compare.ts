import Table from 'cli-table3';
import { Command } from 'commander';
import wrapAnsi from 'wrap-ansi';
import { SIGNIFICANCE, compare, type CellComparison, type Comparison, type Difference } from '../../report/compare.ts';
import { milliseconds, wholeNumber } from '../../report/numbers.ts';
import { openRun } from '../../report/read-run.ts';
import { onStdout } from '../colours.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { NO_BORDER } from '../result-table.ts';

/** `crashboard compare`: what changed between two runs; also a gate. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('say what changed from one run to another; ends with 1 if something got worse')
    .argument('<before>', 'folder of a run, or its run.json')
    .argument('<after>', 'the same of a later run')
    .option('--json', 'print the comparison as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action((before: string, after: string, { json }: { json: boolean }) => {
      process.exitCode = compareRuns(before, after, json);
    });
}

const EXAMPLES = `
Rates are compared by Fisher's exact test, throughput and p99 by an exact permutation test over trials; p is the chance of
such a difference between two runs of the same program. Worse is: a verdict that got worse, a rate that rose (p ≤ ${SIGNIFICANCE}),
or a throughput or p99 that is more than 10 % worse (p ≤ ${SIGNIFICANCE}; that takes at least 4 trials of each cell).

Examples:
  crashboard compare reports/before reports/after
  crashboard compare baseline/run.json reports/latest || echo 'not as good as the baseline'`;

function compareRuns(before: string, after: string, asJson: boolean): number {
  const runs = [openRun(before), openRun(after)];
  const [a, b] = runs.map(({ run }) => run);
  if (!a || !b) throw new UsageError('give two runs');
  const comparison = compare(a, b);
  if (comparison.cells.every((cell) => !cell.before || !cell.after)) {
    throw new UsageError(`${before} and ${after} have no cell in common; compare runs of the same scenarios`);
  }
  process.stdout.write(asJson ? `${JSON.stringify(brief(comparison), null, 2)}\n` : inWords(comparison));
  return comparison.regressions.length > 0 ? EXIT.violated : EXIT.held;
}

/** Without the cells themselves, which are in the two files. */
function brief({ cells, remarks, regressions }: Comparison): unknown {
  const told = cells.map(({ before, after, ...rest }) => ({
    ...rest,
    before: before?.verdict ?? null,
    after: after?.verdict ?? null,
  }));
  return { regressions, remarks, cells: told };
}

function inWords({ cells, remarks, regressions }: Comparison): string {
  const table = new Table({
    head: ['', 'strategy', 'verdict', 'failed', 'ops/s', 'p99 ms'].map((title) => onStdout.dim(title)),
    chars: NO_BORDER,
    style: { 'padding-left': 0, 'padding-right': 1, head: [], border: [] },
  });
  for (const cell of cells) table.push(rowOf(cell));
  const verdict =
    regressions.length === 0
      ? 'Nothing got worse.'
      : `Worse:\n${regressions.map((text) => `  ${onStdout.red('✗')} ${text}`).join('\n')}`;
  const notes = remarks.map((text) => `Note: ${text}.`);
  const width = Math.min(process.stdout.columns || 100, 100);
  return `${table.toString()}\n\n${wrapAnsi([verdict, ...notes, timidity(cells)].filter(Boolean).join('\n'), width)}\n`;
}

/** Says what a comparison of few trials cannot show. */
function timidity(cells: readonly CellComparison[]): string {
  const few = cells.filter(({ before, after }) => before && after && Math.min(before.trials, after.trials) < 4).length;
  if (few === 0) return '';
  return `${few} of ${cells.length} cells have fewer than 4 trials in one of the runs: no difference in speed can be told from chance there. Give --trials.`;
}

function rowOf(cell: CellComparison): string[] {
  const { id, before, after, failureRate, throughput, p99Ms } = cell;
  if (!before || !after) return ['·', id, before ? 'only in the first' : 'only in the second', '', '', ''];
  const mark = { same: onStdout.dim('='), worse: onStdout.red('✗'), better: onStdout.green('✓') }[cell.verdict];
  const verdict = before.verdict === after.verdict ? after.verdict : `${before.verdict} → ${after.verdict}`;
  const rate = `${before.failures}/${before.trials} → ${after.failures}/${after.trials}`;
  return [
    mark,
    id,
    verdict,
    `${rate}${chance(failureRate)}`,
    change(throughput, wholeNumber),
    change(p99Ms, milliseconds),
  ];
}

function change(difference: Difference | undefined, format: (value: number) => string): string {
  if (!difference) return '–';
  return `${format(difference.before)} → ${format(difference.after)}${chance(difference)}`;
}

function chance(difference: Difference | undefined): string {
  if (!difference || difference.p === null) return '';
  return onStdout.dim(` p${difference.p < 0.001 ? '<0.001' : `=${Number(difference.p.toPrecision(2))}`}`);
}
