import { oneLine } from '../cut.ts';
import type { Interleaving, InterleavingCell, InterleavingExample } from './interleaving-data.ts';

/** Whether what came out is against what was expected: a counterexample that real processes do not follow is, too. */
export function outcomeInReports({ outcome, counterexample }: InterleavingCell): InterleavingCell['outcome'] {
  return counterexample?.confirmed === false ? 'violated' : outcome;
}

/** Why a cell is not as expected, in a sentence. */
export function interleavingHeadline({
  verdict,
  expected,
  coverage,
  counterexample,
  ...cell
}: InterleavingCell): string {
  const name = `${cell.strategy} in ${cell.situation}`;
  if (verdict === 'inconclusive') return `${name} was not explored to the end: ${coverage}`;
  if (verdict === 'safe') return `${name} does not fail${expected === 'safe' ? '' : ', and should'}`;
  const because = oneLine(counterexample?.failure ?? '');
  if (counterexample?.confirmed === false) return `${name} fails, but real processes do not do the same: ${because}`;
  return `${name} fails${expected === 'safe' ? ', expected safe' : ''}: ${because}`;
}

/** How sure a counterexample is, in short facts. */
export function exampleFacts({ contextSwitches, replayed, replays, confirmed, seen }: InterleavingExample): string[] {
  return [
    contextSwitches === 1 ? '1 context switch' : `${contextSwitches} context switches`,
    `${replayed} of ${replays} replays failed the same way`,
    confirmed === null
      ? 'not tried with real processes (--confirm does)'
      : confirmed
        ? 'confirmed by real processes'
        : `not confirmed by real processes: ${seen}`,
  ];
}

/** What was covered, what was found, and how to replay it. */
export function interleavingText(cell: InterleavingCell, { situations }: Interleaving): string {
  const summary = situations.find(({ name }) => name === cell.situation)?.summary;
  const { coverage, counterexample } = cell;
  const lines = counterexample
    ? [counterexample.failure, exampleFacts(counterexample).join('; '), `replay: ${counterexample.replay}`]
    : [];
  return [...(summary === undefined ? [] : [`${cell.situation}: ${summary}`]), coverage, ...lines].join('\n');
}
