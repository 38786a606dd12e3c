import { stripVTControlCharacters } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type { BenchSectionType } from '../../report/section/bench-data.ts';
import type { BenchJson } from '../../sweep/json/bench-schema.ts';
import { onStdout } from '../colours.ts';
import { cellTable } from './cell-table.ts';
import { latency, percentage, ratio } from '../../report/figures.ts';
import { heatMaps } from './heat-map.ts';
import { strips } from './strips.ts';

const WIDTH = 100;
/** More lines than this are no table any more: the maps say it, and bench.json has all. */
const ROWS_MAX = 48;

/** What a stranger reads when a sweep is over. @param columns of the terminal, if it is one. @param where the results lie. */
export function benchSummary(json: BenchJson, columns: number | undefined, where: string): string {
  const width = columns ?? WIDTH;
  const isLarge = json.cells.length > ROWS_MAX;
  const sections = [
    isLarge ? '' : cellTable(json, columns ?? 100),
    heatMapLines(json),
    strips(json.strips),
    ratioLines(json),
    comparisonLines(json),
    claimLines(json, width),
    recommendationLines(json, width),
    thresholdLines(json),
    warningLines(json, width),
    footer(json, where),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/**
 * The same for reports: what each section of a bench says without a picture, at most 100 columns wide, without colours.
 */
export function benchTexts(json: BenchJson): Record<BenchSectionType, string[]> {
  const answer = [
    recommendationLines(json, WIDTH),
    claimLines(json, WIDTH),
    thresholdLines(json),
    warningLines(json, WIDTH),
  ];
  return {
    recommendation: plainLines(answer.filter((text) => text !== '').join('\n\n')),
    measurements: plainLines(cellTable(json, WIDTH)),
    'heat-map': plainLines(heatMapLines(json)),
    'latency-curves': curveLines(json),
    strips: plainLines(strips(json.strips)),
    differences: plainLines([ratioLines(json), comparisonLines(json)].filter((text) => text !== '').join('\n\n')),
  };
}

function plainLines(text: string): string[] {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.map((line) => line.trimEnd());
}

function curveLines({ cells }: BenchJson): string[] {
  return cells.flatMap(({ id, curves }) => [
    id,
    `  ${curves.latency.map(({ percentile, ms }) => `${percentile} % ${latency(ms)}`).join('  ')}`,
  ]);
}

function heatMapLines({ heatMaps: maps }: BenchJson): string {
  if (maps.length === 0) return '';
  const lines = ['errors', 'p99'].map((metric) => heatMaps(maps, metric));
  return lines.join('\n').trimEnd();
}

function warningLines({ noise }: BenchJson, width: number): string {
  return noise.warnings.map((warning) => wrapAnsi(`${onStdout.yellow('warning:')} ${warning}`, width)).join('\n');
}

function ratioLines({ ratios }: BenchJson): string {
  if (ratios.length === 0) return '';
  const width = Math.max(...ratios.map(({ value }) => value.length));
  const lines = ratios.map(({ value, where, throughput, floor }) => {
    const cost = floor ? `  × ${estimateOf(floor)}` : '';
    return `  ${value.padEnd(width)}  × ${estimateOf(throughput)}${cost}  ${where}`;
  });
  return [
    onStdout.bold('throughput, and undisturbed cost of an operation, over those of the reference'),
    ...lines,
  ].join('\n');
}

function estimateOf({ value, low, high }: BenchJson['ratios'][number]['throughput']): string {
  return `${ratio(value)} ${onStdout.dim(`(${ratio(low)}–${ratio(high)})`)}`;
}

function comparisonLines({ comparisons: { overall, cells, cellsCanDiffer } }: BenchJson): string {
  if (overall.length === 0) return '';
  const lines = overall.map((one) => {
    const { axis, from, to, metric, fromMedian, toMedian, effect, p, differs } = one;
    const names = `${axis} ${from} → ${to}: ${metric}`;
    if (!differs) return onStdout.dim(`  ${names}: no difference shown (p = ${significant(p)})`);
    const size = `${show(metric, fromMedian)} → ${show(metric, toMedian)}`;
    return `  ${names} ${size} ${onStdout.dim(`(p = ${significant(p)}, delta ${effect.toFixed(2)})`)}`;
  });
  const differing = cells.filter(({ differs }) => differs).length;
  const single = cellsCanDiffer
    ? `  ${differing} of ${cells.length} comparisons of two single cells show a difference`
    : `  two single cells cannot be told apart by so few repetitions: give more --repetitions for that`;
  return [onStdout.bold('what differs, all else being equal'), ...lines, onStdout.dim(single)].join('\n');
}

function claimLines({ claims }: BenchJson, width: number): string {
  return claims
    .map(({ source, text, verdict, because }) =>
      wrapAnsi(`${onStdout.bold(verdict)}: ${text} (${source}): ${because}`, width),
    )
    .join('\n');
}

function recommendationLines({ recommendation }: BenchJson, width: number): string {
  if (!recommendation) return '';
  const { sentence, rule } = recommendation;
  const told = wrapAnsi(`${onStdout.bold('→')} ${sentence}`, width);
  return `${told}\n${onStdout.dim(wrapAnsi(`rule: ${rule}`, width))}`;
}

function thresholdLines({ thresholds }: BenchJson): string {
  return thresholds
    .map(({ cell, threshold, verdict, because }) => {
      const mark = verdict === 'kept' ? onStdout.green('✓') : onStdout.red('✗');
      return `${mark} ${threshold} ${verdict} by ${cell}: ${because}`;
    })
    .join('\n');
}

function footer({ seed, environment, plan, cells, interrupted }: BenchJson, where: string): string {
  const taken = cells.reduce((sum, { repetitions }) => sum + repetitions.length, 0);
  const cut = interrupted ? `stopped after ${taken} of ${plan.trials} trials · ` : '';
  const { sqlite, fileSystem, cores } = environment;
  const machine = `SQLite ${sqlite} on ${fileSystem}, ${cores} cores`;
  return onStdout.dim(
    `${cut}times in ms, medians of ${plan.repetitions} trials · ${machine} · seed ${seed} · results in ${where}`,
  );
}

function show(metric: string, value: number): string {
  if (metric === 'errors') return percentage(value);
  return metric === 'throughput' ? `${Math.round(value)}/s` : `${latency(value)}${value >= 1000 ? '' : ' ms'}`;
}

function significant(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toPrecision(2);
}
