import { showTime } from '../axes.ts';
import type { CellMeasurement } from '../cell-measurement.ts';
import { median } from '../statistics/quantile.ts';
import { groupsOf, type Group } from './groups.ts';
import type { Evidence, Recommendation } from './rule.ts';

/** More than one operation in a thousand that fails is felt. */
const ERRORS_MAX = 0.001;
/** Waits that fill so much of a trial may have been cut short by its end. */
const CENSORED_SHARE = 0.6;
/** A timeout that is twice the longest wait leaves room for a worse day. */
const MARGIN = 2;
const RULE =
  'of the setting with most writers and fewest errors, the smallest timeout from which on no repetition saw more than ' +
  '0.1 % errors, and which is at least twice as long as the longest wait for a lock that was seen';

/** How long must a busy timeout be? */
export function smallestTimeout(evidence: Evidence): Recommendation {
  const groups = groupsOf(evidence);
  const most = Math.max(...groups.map(({ cells }) => writersOf(cells[0])));
  const heaviest = groups.filter(({ cells }) => writersOf(cells[0]) === most);
  const best = heaviest.toSorted((a, b) => leastErrors(a) - leastErrors(b))[0];
  if (!best) return { rule: RULE, sentence: 'nothing was measured' };
  const longest = longestWait(best);
  const found = best.cells.findIndex((_, index) => best.cells.slice(index).every((cell) => suffices(cell, longest)));
  const recommended = best.cells[found];
  const others = heaviest.filter((group) => group !== best && leastErrors(group) > ERRORS_MAX);
  const rest = others.map(
    (group) => ` ${group.where} fails whatever the timeout: ${percent(leastErrors(group))} at best${atOnce(group)}.`,
  );
  if (longest >= evidence.trialMs * CENSORED_SHARE) {
    rest.push(
      ` Waits came close to the ${showTime(evidence.trialMs)} of a trial, which cannot show longer ones: give a longer --duration.`,
    );
  }
  const where = `with ${situation(best)} on this disk`;
  if (!recommended) {
    const sentence = `${where}: no timeout of these is enough; ${errorsIn(best)}, longest wait ${showMs(longest)}.`;
    return { rule: RULE, sentence: sentence + rest.join('') };
  }
  const value = timeoutOf(recommended);
  const parts = [`${where}: ${showTime(value)}`, errorsBelow(best, found), above(best, found)].filter(
    (part) => part !== '',
  );
  return { rule: RULE, value: showTime(value), sentence: `${parts.join('; ')}.${rest.join('')}` };
}

function suffices(cell: CellMeasurement, longestMs: number): boolean {
  const isQuiet = cell.repetitions.every(({ metrics }) => metrics.errorRate <= ERRORS_MAX);
  return isQuiet && timeoutOf(cell) >= longestMs * MARGIN;
}

function errorsBelow({ cells }: Group, found: number): string {
  const failing = cells.slice(0, found).filter((cell) => worstErrors(cell) > ERRORS_MAX);
  const last = failing.at(-1);
  if (!last)
    return found > 0
      ? 'no errors were seen with less either, but waits came close to the timeout'
      : 'no errors with any timeout';
  const from = cells[cells.indexOf(last) + 1] as CellMeasurement;
  return `errors begin below ${showTime(timeoutOf(from))} (${percent(errorsOf(last))} at ${showTime(timeoutOf(last))})`;
}

function above(group: Group, found: number): string {
  const longest = `the longest wait was ${showMs(longestWait(group))}`;
  const isLast = found === group.cells.length - 1;
  const value = showTime(timeoutOf(group.cells[found] as CellMeasurement));
  return isLast ? longest : `${longest}: above ${value} only the freeze behind a stopped writer grows`;
}

function errorsIn({ cells }: Group): string {
  const last = cells.at(-1) as CellMeasurement;
  return `${percent(errorsOf(last))} errors at ${showTime(timeoutOf(last))}`;
}

function situation({ cells, where }: Group): string {
  const { loop, ratePerSecond, holdMs, writers } = (cells[0] as CellMeasurement).cell.settings;
  const pace = loop === 'open' ? `at ${ratePerSecond}/s each` : 'as fast as they can';
  const others = where.split(' ').filter((part) => !/^(writers|loop|rate|hold)=/.test(part) && part !== '');
  const hold = holdMs > 0 ? [`transactions open for ${showTime(holdMs)}`] : [];
  return [`${writers} writer${writers === 1 ? '' : 's'} ${pace}`, ...hold, ...others].join(', ');
}

function writersOf(cell: CellMeasurement | undefined): number {
  return cell?.cell.settings.writers ?? 0;
}

function timeoutOf({ cell }: CellMeasurement): number {
  return cell.settings.axes.busyTimeoutMs ?? 0;
}

/** How many of the busy errors did not wait for the timeout, where it was longest. */
function atOnce({ cells }: Group): string {
  const metrics = cells.at(-1)?.repetitions.map((repetition) => repetition.metrics) ?? [];
  const [failed, early] = [sum(metrics.map((m) => m.failed)), sum(metrics.map((m) => m.failed - m.timedOut))];
  const codes = [...new Set(metrics.flatMap(({ errors }) => Object.keys(errors)))].toSorted();
  return failed === 0 ? '' : `, ${early} of ${failed} without waiting for it (${codes.join(', ')})`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function leastErrors({ cells }: Group): number {
  return Math.min(...cells.map(errorsOf));
}

function errorsOf({ repetitions }: CellMeasurement): number {
  return median(repetitions.map(({ metrics }) => metrics.errorRate));
}

function worstErrors({ repetitions }: CellMeasurement): number {
  return Math.max(...repetitions.map(({ metrics }) => metrics.errorRate));
}

function longestWait({ cells }: Group): number {
  return Math.max(...cells.map(longestWaitOf));
}

function longestWaitOf({ repetitions }: CellMeasurement): number {
  return Math.max(...repetitions.map(({ metrics }) => metrics.timesMs.wait.max));
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function showMs(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${Number(value.toPrecision(2))} ms`;
}
