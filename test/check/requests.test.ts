import { describe, expect, it } from 'vitest';
import { requestsWanted, unservedIn } from '../../src/check/requests.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { goodTrial, TrialFolder } from './trial-folder.ts';

const CREATES = { mix: { create: 1 }, operations: 5 };

function wantedOf(scenario: Partial<ScenarioInput>): number | undefined {
  return new TrialFolder({ workload: CREATES, ...scenario }).inspect(requestsWanted);
}

function unservedOf(trial: TrialFolder): number {
  return trial.inspect(unservedIn);
}

describe('the requests that were wanted', () => {
  it('are so many of every thread of every process', () => {
    expect(wantedOf({ workers: { processes: 3, threads: 2 } })).toBe(30);
  });

  it.each<[string, Partial<ScenarioInput>]>([
    ['time alone limits them', { workload: { mix: { create: 1 } } }],
    ['dispatchers have some too', { dispatchers: {} }],
    ['workers are replaced', { faults: [{ fault: 'kill', perSecond: 1 }] }],
  ])('have no number where %s', (_why, scenario) => {
    expect(wantedOf(scenario)).toBeUndefined();
    expect(unservedOf(new TrialFolder({ workload: CREATES, ...scenario }))).toBe(0);
  });
});

describe('the requests that were not served', () => {
  it('are none where every worker came to the end', () => {
    expect(unservedOf(goodTrial({ workload: CREATES }))).toBe(0);
  });

  it('are all where nobody worked, whatever was put on the board before', () => {
    expect(unservedOf(new TrialFolder({ workload: CREATES }).work(['setup']))).toBe(10);
  });

  it('are those that a worker did not come to, however the others ended', () => {
    const trial = new TrialFolder({ workload: CREATES }).work(['w1.0']);
    expect(unservedOf(trial)).toBe(5);
    trial.plantOperation('w2.0', 'create', 'a', 'ok');
    trial.plantOperation('w2.0', 'create', 'b', 'fail');
    trial.plantOperation('w2.0', 'create', 'c', 'info');
    trial.plantOperation('w2.0', 'create', 'd');
    expect(unservedOf(trial)).toBe(1);
  });

  it('do not become fewer by opening the board', () => {
    const trial = new TrialFolder({ workload: CREATES }).work(['w1.0']);
    trial.record(
      'w2.0',
      { type: 'invoke', operation: 1, kind: 'open', event: 0, atNs: 1, request: '-' },
      { type: 'ok', operation: 1, atNs: 2, latencyNs: 1, event: 0, task: '' },
    );
    expect(unservedOf(trial)).toBe(5);
  });

  it('are never less than none, however often a caller tried again', () => {
    const trial = goodTrial({ workload: { ...CREATES, retry: 'new-task' } });
    trial.plantOperation('w1.0', 'create', 'again', 'ok');
    expect(unservedOf(trial)).toBe(0);
  });
});
