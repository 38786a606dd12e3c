import { CHECKS } from '../check/index.ts';
import type { Finding } from '../check/finding.ts';
import type { Expectation } from '../scenario/schema.ts';

/** What the evidence says of a cell. */
export type Verdict = 'safe' | 'unsafe' | 'inconclusive';

/**
 * Any failed trial makes a cell unsafe; silence makes it safe only if it means something.
 * @param failures trials with at least one violation. @param vacuous reasons why silence would prove nothing.
 */
export function verdictOf(failures: number, vacuous: readonly string[]): Verdict {
  if (failures > 0) return 'unsafe';
  return vacuous.length > 0 ? 'inconclusive' : 'safe';
}

/** How a verdict stands to what was expected: `held`, `violated`, or `open` because the cell was inconclusive. */
export type Outcome = 'held' | 'violated' | 'open';

/** Compares a verdict with the expectation. A control must be caught in the way that was asked for. */
export function outcomeOf(verdict: Verdict, expected: Expectation, findings: readonly Finding[]): Outcome {
  if (expected === 'any') return 'held';
  if (verdict === 'inconclusive') return 'open';
  const wanted = typeof expected === 'string' ? expected : expected.verdict;
  if (verdict !== wanted) return 'violated';
  return typeof expected === 'string' || isCaughtAsAsked(expected, findings) ? 'held' : 'violated';
}

function isCaughtAsAsked(expected: Exclude<Expectation, string>, findings: readonly Finding[]): boolean {
  const caughtBy = new Set(findings.filter(({ severity }) => severity === 'violation').map(({ check }) => check));
  const early = CHECKS.some(({ name, isEarlySign }) => isEarlySign && caughtBy.has(name));
  return caughtBy.size >= expected.checks && (early || !expected.earlySign);
}
