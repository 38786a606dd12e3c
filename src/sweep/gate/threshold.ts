import { ScenarioError } from '../../scenario/define.ts';
import { nearest } from '../../scenario/nearest.ts';
import { METRICS, type Metric } from '../metric.ts';

/** What must hold of every cell. */
export interface Threshold {
  /** As it was written. */
  text: string;
  metric: Metric;
  /** A signed percentage is a change against the baseline, everything else a value of the metric. */
  isRelative: boolean;
  /** In the metric's unit (milliseconds, per second, a share); a change as a share, and of errors as a difference. */
  limit: number;
}

const FORM = /^([a-z0-9.]+)\s*([<>])\s*([+-]?)(\d+(?:\.\d+)?)\s*(ms|s|%|\/s)?$/i;
const EXAMPLES = "'p99<50ms', 'errors<0.1%', 'throughput>500/s', or against a baseline 'floor<+10%', 'throughput>-10%'";

/**
 * Reads a threshold such as `p99<50ms`.
 * @throws {ScenarioError} for one that does not parse, or that cannot be meant.
 */
export function parseThreshold(text: string): Threshold {
  const [, name = '', sign = '', signed = '', number = '', unit = ''] = FORM.exec(text.trim()) ?? [];
  if (name === '') throw new ScenarioError(`threshold "${text}" does not parse; expected something like ${EXAMPLES}`);
  const names = METRICS.map((metric) => metric.name);
  const metric = METRICS.find((candidate) => candidate.name === name);
  if (!metric) {
    const known = `there are ${names.join(', ')}`;
    throw new ScenarioError(`threshold "${text}": no metric is named "${name}"${nearest(name, names)}; ${known}`);
  }
  const better = metric.better === 'less' ? '<' : '>';
  if (sign !== better) throw new ScenarioError(`threshold "${text}": ${metric.title} must stay ${better} a limit`);
  const isRelative = signed !== '';
  if (isRelative && unit !== '%') throw new ScenarioError(`threshold "${text}": a change is given in %; ${EXAMPLES}`);
  const limit = isRelative ? (Number(signed + number) || 0) / 100 : valueIn(metric, Number(number), unit);
  if (limit === undefined) {
    throw new ScenarioError(`threshold "${text}": "${number}${unit}" is no value of ${metric.title}; ${EXAMPLES}`);
  }
  return { text: text.trim(), metric, isRelative, limit };
}

/** Which units a metric has, and what one of them is in the metric's own. */
const UNITS: Record<Metric['unit'], Record<string, number>> = {
  ms: { ms: 1, s: 1000 },
  '/s': { '/s': 1, '': 1 },
  share: { '%': 0.01 },
  '': { '': 1 },
};

function valueIn({ unit: own }: Metric, value: number, unit: string): number | undefined {
  const factor = UNITS[own][unit];
  return factor === undefined ? undefined : value * factor;
}
