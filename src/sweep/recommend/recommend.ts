import { fairest } from './fairest.ts';
import { fastest } from './fastest.ts';
import type { Evidence, Recommendation, Rule } from './rule.ts';
import type { RuleName } from './rule-names.ts';
import { shortestFreeze } from './shortest-freeze.ts';
import { smallestTimeout } from './smallest-timeout.ts';

const BY_NAME: Record<RuleName, Rule> = {
  'smallest-timeout': smallestTimeout,
  fastest,
  fairest,
  'shortest-freeze': shortestFreeze,
};

/** What the data recommends, by the rule of that name. */
export function recommend(rule: RuleName, evidence: Evidence): Recommendation {
  return BY_NAME[rule](evidence);
}
