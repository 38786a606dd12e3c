import { describe, expect, it } from 'vitest';
import { ScenarioError, defineScenario } from '../../src/scenario/define.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { STRATEGIES } from '../../src/strategy/presets/index.ts';

const LEAST: ScenarioInput = { name: 'least', question: 'Is this enough?' };
const MIX = { create: 0, claim: 0, heartbeat: 0, complete: 0, reclaim: 0 };
const control = { name: 'bad', strategy: 'immediate', expect: 'unsafe' };

function messageOf(input: unknown): string {
  try {
    defineScenario(input as ScenarioInput);
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as Error).message;
  }
  throw new Error('the scenario was accepted');
}

describe('defineScenario', () => {
  it('fills in what is left out', () => {
    expect(defineScenario(LEAST)).toMatchObject({
      board: { start: 'current', tasks: 40, claimTtlMs: 900_000, reclaim: 'dead-holders' },
      workers: { processes: 4, threads: 1 },
      workload: { loop: { type: 'closed' }, operations: null, retry: 'none' },
      strategies: 'all',
      hazards: [],
      faults: [],
      controls: [],
      durationMs: 2000,
      trials: 1,
      expect: {},
    });
  });

  it('keeps what is there, and can be applied to its own result', () => {
    const defined = defineScenario({
      ...LEAST,
      board: { start: 'fresh', claimTtlMs: 320 },
      workers: { processes: 8 },
      faults: [{ fault: 'pause', perSecond: 2, durationMs: 400 }],
      hazards: [
        { hazard: 'raw-read', when: 'after-commit', probability: 0.5 },
        { hazard: 'raw-read', when: 'connect', file: 'shm' },
        { hazard: 'copy-live', when: 'connect' },
      ],
      strategies: ['immediate', { name: 'mine', extends: 'init-flock', axes: { busyTimeoutMs: 7 } }],
      controls: [{ name: 'bad', strategy: 'immediate', expect: { verdict: 'unsafe' } }],
      expect: { immediate: 'safe', mine: 'any', default: 'unsafe' },
    });

    expect(defined.board).toMatchObject({ start: 'fresh', claimTtlMs: 320, tasks: 40 });
    expect(defined.hazards).toEqual([
      { hazard: 'raw-read', file: 'database', when: 'after-commit', probability: 0.5 },
      { hazard: 'raw-read', file: 'shm', when: 'connect', probability: 1 },
      { hazard: 'copy-live', when: 'connect', probability: 1 },
    ]);
    expect(defined.controls[0]?.expect).toEqual({ verdict: 'unsafe', checks: 1, earlySign: false });
    expect(defined.controls[0]?.faults).toBeUndefined();
    expect(defineScenario(defined)).toEqual(defined);
  });

  it.each([
    ['an unknown strategy', { strategies: ['imediate'] }, /no strategy is named "imediate"/, /strategies\[0\]/],
    ['no strategies', { strategies: [] }, />=1/, /strategies/],
    ['a negative duration', { durationMs: -5 }, />=10/, /durationMs/],
    ['a duration that is no number', { durationMs: '2s' }, /expected number/, /durationMs/],
    [
      'weights that are all 0',
      { workload: { mix: MIX } },
      /at least one operation needs a weight above 0/,
      /workload\.mix/,
    ],
    ['a negative weight', { workload: { mix: { create: -1 } } }, />=0/, /workload\.mix\.create/],
    ['an unknown operation', { workload: { mix: { delete: 1 } } }, /delete/, /workload\.mix/],
    [
      'a bad value on an axis',
      { strategies: [{ name: 'mine', axes: { transaction: 'exclusive' } }] },
      /"deferred"\|"immediate"/,
      /strategies\[0\]\.axes\.transaction/,
    ],
    ['an unknown axis', { strategies: [{ name: 'mine', axes: { timeout: 5 } }] }, /"timeout"/, /strategies\[0\]\.axes/],
    [
      'a strategy that is neither name nor composition',
      { strategies: [7] },
      /with known axes and values/,
      /strategies\[0\]/,
    ],
    ['strategies that are no list', { strategies: 'al' }, /expected "all" or a list/, /strategies/],
    [
      'a verdict that no control can have',
      { controls: [{ ...control, expect: { verdict: 'unsafe', checks: 0 } }] },
      />=1/,
      /controls\[0\]\.expect\.checks/,
    ],
    [
      'a base that is no preset',
      { strategies: [{ name: 'mine', extends: 'none' }] },
      /"init-flock"/,
      /strategies\[0\]\.extends/,
    ],
    ['an unknown key', { worker: { processes: 2 } }, /worker/, /Unrecognized key/],
    ['an unknown key further in', { workers: { procs: 2 } }, /procs/, /workers/],
    ['a count of 0', { workers: { processes: 0 } }, />=1/, /workers\.processes/],
    ['half a process', { workers: { processes: 1.5 } }, /int/, /workers\.processes/],
    ['an unknown fault', { faults: [{ fault: 'kil', perSecond: 1 }] }, /"kill"/, /faults\[0\]\.fault/],
    ['a fault that never strikes', { faults: [{ fault: 'kill', perSecond: 0 }] }, />0/, /faults\[0\]\.perSecond/],
    ['a bad aim', { faults: [{ fault: 'kill', perSecond: 1, aim: 'writer' }] }, /"write-lock"/, /faults\[0\]\.aim/],
    ['a hazard without a moment', { hazards: [{ hazard: 'raw-read' }] }, /"after-commit"/, /hazards\[0\]\.when/],
    [
      'a chance above 1',
      { hazards: [{ hazard: 'raw-read', when: 'connect', probability: 2 }] },
      /<=1/,
      /hazards\[0\]\.probability/,
    ],
    [
      'a file for a hazard that is about all of them',
      { hazards: [{ hazard: 'copy-live', when: 'connect', file: 'shm' }] },
      /only raw-read takes a file/,
      /hazards\[0\]\.file/,
    ],
    ['a name with capitals', { name: 'Least' }, /lower-case letters, digits and hyphens/, /name/],
    ['no question', { question: '' }, />=1/, /question/],
    [
      'an open loop without a rate',
      { workload: { loop: { type: 'open' } } },
      /number/,
      /workload\.loop\.ratePerSecond/,
    ],
    [
      'a control without an expectation',
      { controls: [{ ...control, expect: undefined }] },
      /expected "safe"/,
      /controls\[0\]\.expect/,
    ],
    [
      'an expectation that is no verdict',
      { expect: { immediate: 'fine' } },
      /expected "safe", "unsafe", "any"/,
      /expect\.immediate/,
    ],
    [
      'an expectation of a strategy that the scenario does not have',
      { strategies: ['immediate'], expect: { deferred: 'safe' } },
      /expects something of "deferred", which is none of its strategies \(immediate\)/,
      /expect\.deferred/,
    ],
    [
      'an expectation of a strategy that nobody has',
      { strategies: 'all', expect: { 'raw-lenght': 'any' } },
      /expects something of "raw-lenght"/,
      /expect\.raw-lenght/,
    ],
    [
      'one strategy twice',
      { strategies: ['immediate', 'deferred', 'immediate'] },
      /two cells are named "immediate"/,
      /strategies/,
    ],
    [
      'a control with the name of a strategy',
      { strategies: ['immediate'], controls: [{ ...control, name: 'immediate' }] },
      /two cells are named "immediate"/,
      /controls/,
    ],
    [
      'a control with the name of a preset',
      { controls: [{ ...control, name: 'deferred' }] },
      /two cells are named "deferred"/,
      /controls/,
    ],
  ])('refuses %s, naming field and reason', (_, part, reason, field) => {
    const message = messageOf({ ...LEAST, ...part });
    expect(message).toMatch(/^scenario "/);
    expect(message).toMatch(reason);
    expect(message).toMatch(field);
  });

  it('names everything that is wrong at once', () => {
    const message = messageOf({ name: 'least', durationMs: -1, trials: 0 });
    for (const field of ['question', 'durationMs', 'trials']) expect(message).toContain(`at ${field}`);
  });

  it.each([[undefined], [null], ['least'], [[]], [{}]])('refuses %j', (input) => {
    expect(messageOf(input)).toMatch(/^scenario is malformed/);
  });

  it('takes "default" for those that are not named, and names of all presets where all are meant', () => {
    const expectation = Object.fromEntries(STRATEGIES.map(({ name }) => [name, 'any' as const]));
    expect(() => defineScenario({ ...LEAST, expect: { ...expectation, default: 'safe' } })).not.toThrow();
  });
});
