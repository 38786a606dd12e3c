import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A scenario that is over in a moment, and safe. */
export const SHORT: ScenarioInput = {
  name: 'short',
  question: 'Do a few creates in a fifth of a second survive?',
  board: { tasks: 10 },
  workers: { processes: 2 },
  workload: { mix: { create: 1 } },
  strategies: ['immediate'],
  durationMs: 200,
};

/** As many operations as it takes to see something, and no more: over as soon as they are done, however busy the machine is. */
export const BRIEF: ScenarioInput = {
  ...SHORT,
  workload: { mix: { create: 1 }, operations: 5 },
  durationMs: 20_000,
};

/** The same with a hazard that the first write transaction shows. */
export const SOON_UNSAFE: ScenarioInput = {
  ...SHORT,
  name: 'soon-unsafe',
  hazards: [{ hazard: 'raw-read', file: 'database', when: 'in-transaction' }],
  strategies: [{ name: 'rollback', extends: 'immediate', axes: { pragmas: 'delete-full', connection: 'process' } }],
};

/**
 * The same again, over as soon as the operations are done. Now and then the two workers, robbed of their locks, block each
 * other in their first transaction and nothing is seen: hence two trials.
 */
export const BRIEFLY_UNSAFE: ScenarioInput = {
  ...SOON_UNSAFE,
  workload: { mix: { create: 1 }, operations: 5 },
  durationMs: 5000,
  trials: 2,
};

/** A minute in which workers are killed and, for longer than the trial lasts, stopped. */
export const LONG: ScenarioInput = {
  ...SHORT,
  name: 'long',
  board: { tasks: 40, claimTtlMs: 200 },
  workers: { processes: 4 },
  workload: {},
  faults: [
    { fault: 'kill', perSecond: 6, aim: 'write-lock' },
    { fault: 'pause', perSecond: 1, aim: 'random', durationMs: 120_000 },
  ],
  durationMs: 60_000,
};

/** Writes a scenario into a file of its own. @returns its path. */
export function scenarioFile(scenario: ScenarioInput): string {
  return sourceFile('scenario.ts', `export default ${JSON.stringify(scenario, null, 2)};\n`);
}

/** Writes any text into a file of its own. @returns its path. */
export function sourceFile(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}
