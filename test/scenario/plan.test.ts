import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScenarioError, defineScenario } from '../../src/scenario/define.ts';
import { cellLabel, plan, type Cell, type PlanOptions } from '../../src/scenario/plan.ts';
import { EnvironmentError } from '../../src/strategy/environment.ts';
import { STRATEGIES } from '../../src/strategy/presets/index.ts';

const storm = defineScenario({
  name: 'storm',
  question: 'q?',
  faults: [
    { fault: 'kill', perSecond: 9, aim: 'write-lock' },
    { fault: 'pause', perSecond: 3, durationMs: 70 },
  ],
  strategies: ['immediate', 'init-flock', { name: 'mine', extends: 'init-flock', axes: { transaction: 'deferred' } }],
  durationMs: 1500,
  trials: 2,
  controls: [
    {
      name: 'control-bad',
      strategy: 'immediate',
      hazards: [{ hazard: 'raw-read', when: 'after-commit' }],
      faults: [],
      workers: { processes: 2, threads: 3 },
      durationMs: 5000,
      expect: 'unsafe',
    },
    { name: 'control-worse', strategy: 'unguarded', expect: { verdict: 'unsafe', checks: 2 } },
  ],
  expect: { mine: 'any', default: 'safe' },
});
const calm = defineScenario({ name: 'calm', question: 'q?', strategies: ['immediate'] });

const planned = (options: Partial<PlanOptions> = {}) => plan([storm, calm], { seed: 's', ...options });
const cellsOf = (options: Partial<PlanOptions> = {}) =>
  planned(options).cells.map(({ scenario, id }) => `${scenario}/${id}`);
const cell = (id: string, options: Partial<PlanOptions> = {}) =>
  planned(options).cells.find((candidate) => candidate.id === id) as Cell;

describe('a plan', () => {
  it('is a pure function of scenarios and options', () => {
    const options = fc.record(
      {
        seed: fc.string(),
        strategies: fc.subarray(['immediate', 'init-flock', 'mine']),
        processes: fc.integer({ min: 1, max: 256 }),
        threads: fc.integer({ min: 1, max: 64 }),
        durationMs: fc.integer({ min: 10, max: 3000 }),
        trials: fc.integer({ min: 1, max: 3 }),
      },
      { requiredKeys: ['seed'] },
    );
    fc.assert(
      fc.property(options, (options) => {
        const [first, second] = [plan([storm, calm], options), plan([storm, calm], structuredClone(options))];
        expect(second).toEqual(first);
        expect(first.digest).toMatch(/^[0-9a-f]{12}$/);
      }),
    );
  });

  it('differs with the seed', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        fc.pre(one !== other);
        const [first, second] = [planned({ seed: one }), planned({ seed: other })];
        expect(second.digest).not.toBe(first.digest);
        expect(second.cells[0]?.trials[0]?.faults).not.toEqual(first.cells[0]?.trials[0]?.faults);
      }),
    );
  });

  it('differs in its digest with every option that changes what is done', () => {
    const digests = [
      {},
      { processes: 7 },
      { threads: 2 },
      { durationMs: 1499 },
      { trials: 3 },
      { strategies: ['mine'] },
      { environment: { HERMES_KANBAN_BUSY_TIMEOUT_MS: '5' } },
    ].map((options) => planned(options).digest);
    expect(new Set(digests).size).toBe(digests.length);
    // What no strategy here reads changes nothing.
    expect(planned({ environment: { HOME: '/root' } }).digest).toBe(digests[0]);
  });

  it('draws a stream of its own for every trial and every fault', () => {
    const trials = planned().cells.flatMap(({ trials }) => trials);
    expect(new Set(trials.map(({ seed }) => seed)).size).toBe(trials.length);
    const moments = trials.flatMap(({ faults }) => faults.map(({ atMs, pick }) => `${atMs} ${pick}`));
    expect(new Set(moments).size).toBe(moments.length);
  });

  it('lets two faults of one kind strike at different moments', () => {
    const fault = { fault: 'kill', perSecond: 5 } as const;
    const twice = defineScenario({ name: 'twice', question: 'q?', strategies: ['immediate'], faults: [fault, fault] });
    const faults = plan([twice], { seed: 's' }).cells[0]?.trials[0]?.faults ?? [];
    expect(faults.length).toBeGreaterThan(5);
    expect(new Set(faults.map(({ atMs }) => atMs)).size).toBe(faults.length);
  });

  it('has strikes in order, after the start and before the end, as often as was asked for', () => {
    const long = plan([storm], { seed: 's', durationMs: 60_000, trials: 1, strategies: ['immediate'] });
    const faults = long.cells[0]?.trials[0]?.faults ?? [];
    const times = faults.map(({ atMs }) => atMs);

    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(60);
    expect(times.at(-1)).toBeLessThanOrEqual(60_000);
    const kills = faults.filter(({ fault }) => fault === 'kill');
    const pauses = faults.filter(({ fault }) => fault === 'pause');
    // 540 and 180 are expected; the bounds are five standard deviations away.
    expect(Math.abs(kills.length - 540)).toBeLessThan(5 * Math.sqrt(540));
    expect(Math.abs(pauses.length - 180)).toBeLessThan(5 * Math.sqrt(180));
    expect(new Set(kills.map(({ aim }) => aim))).toEqual(new Set(['write-lock']));
    expect(new Set(pauses.map(({ durationMs }) => durationMs))).toEqual(new Set([70]));
    for (const { pick } of faults) expect(pick >= 0 && pick < 1).toBe(true);
  });

  it('has no strikes in a trial that is over before they begin', () => {
    expect(cell('immediate', { durationMs: 60 }).trials[0]?.faults).toEqual([]);
  });
});

describe('the cells', () => {
  it('are the strategies, then the controls, of each scenario', () => {
    expect(cellsOf()).toEqual([
      'storm/immediate',
      'storm/init-flock',
      'storm/mine',
      'storm/control-bad',
      'storm/control-worse',
      'calm/immediate',
    ]);
  });

  it('are all presets where all are meant', () => {
    const all = defineScenario({ name: 'all', question: 'q?' });
    expect(plan([all], { seed: 's' }).cells.map(({ id }) => id)).toEqual(STRATEGIES.map(({ name }) => name));
  });

  it('carry what is expected of them', () => {
    expect(cell('immediate').expected).toBe('safe');
    expect(cell('mine').expected).toBe('any');
    expect(cell('control-worse').expected).toEqual({ verdict: 'unsafe', checks: 2, earlySign: false });
  });

  it('of a control take over what it leaves out, faults too', () => {
    expect(cell('control-bad')).toMatchObject({
      isControl: true,
      hazards: [{ hazard: 'raw-read' }],
      faults: [],
      workers: { processes: 2, threads: 3 },
      durationMs: 5000,
    });
    expect(cell('control-worse')).toMatchObject({ faults: storm.faults, workers: storm.workers, durationMs: 1500 });
    expect(cell('immediate').isControl).toBe(false);
  });

  it('let the options go over the scenario, controls too', () => {
    for (const id of ['immediate', 'control-bad']) {
      const changed = cell(id, { processes: 9, threads: 4, durationMs: 333, trials: 5 });
      expect(changed).toMatchObject({ workers: { processes: 9, threads: 4 }, durationMs: 333 });
      expect(changed.trials.map(({ trial }) => trial)).toEqual([1, 2, 3, 4, 5]);
    }
    expect(cell('control-bad', { processes: 9 }).workers).toEqual({ processes: 9, threads: 3 });
  });

  it('of a strategy of one’s own have the axes of its base, but for those that it changes', () => {
    expect(cell('mine').strategy.axes).toEqual({ ...cell('init-flock').strategy.axes, transaction: 'deferred' });
  });

  it('are labelled with what is done to them', () => {
    expect(cellLabel(cell('immediate'))).toBe('immediate');
    expect(cellLabel(cell('control-bad'))).toBe('immediate + raw-read(database) after-commit');
  });
});

describe('the filters', () => {
  it('of strategies keep the controls: without them a silent run proves nothing', () => {
    expect(cellsOf({ strategies: ['mine'] })).toEqual(['storm/mine', 'storm/control-bad', 'storm/control-worse']);
  });

  it('of cells keep exactly those', () => {
    expect(cellsOf({ cells: ['mine'] })).toEqual(['storm/mine']);
    expect(cellsOf({ cells: ['control-bad', 'immediate'] })).toEqual([
      'storm/immediate',
      'storm/control-bad',
      'calm/immediate',
    ]);
  });

  it('leave the trials of a cell as they are', () => {
    const whole = new Map(planned().cells.map((cell) => [`${cell.scenario}/${cell.id}`, cell]));
    const subsets = fc.record(
      {
        strategies: fc.subarray(['immediate', 'init-flock', 'mine'], { minLength: 1 }),
        cells: fc
          .subarray(['immediate', 'mine', 'control-worse'], { minLength: 1 })
          .map((ids) => ['control-bad', ...ids]),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(subsets, (subset) => {
        for (const cell of planned(subset).cells) expect(cell).toEqual(whole.get(`${cell.scenario}/${cell.id}`));
      }),
    );
  });

  it('leave the first trials as they are where more are asked for', () => {
    expect(cell('mine', { trials: 5 }).trials.slice(0, 2)).toEqual(cell('mine').trials);
  });

  it.each([
    [
      { strategies: ['imediate'] },
      /^no strategy is named "imediate" — did you mean "immediate"\?; there are immediate, init-flock, mine$/,
    ],
    [{ strategies: ['control-bad'] }, /^no strategy is named "control-bad"/],
    [{ cells: ['control-bd'] }, /^no cell is named "control-bd" — did you mean "control-bad"\?/],
    [{ strategies: ['mine'], cells: ['immediate'] }, /^no cell is left: none of immediate belongs to mine/],
    [{ cells: ['zzz'] }, /^no cell is named "zzz"; there are immediate, init-flock, mine, control-bad, control-worse$/],
  ])('refuse names that there are not: %j', (options, message) => {
    expect(() => planned(options)).toThrow(ScenarioError);
    expect(() => planned(options)).toThrow(message);
  });
});

describe('the environment', () => {
  const timeout = (environment: Record<string, string>, own: Record<string, string> = {}) => {
    const scenario = defineScenario({
      name: 'e',
      question: 'q?',
      strategies: ['init-flock', 'immediate'],
      environment: own,
    });
    return plan([scenario], { seed: 's', environment }).cells.map(({ strategy }) => strategy.axes.busyTimeoutMs);
  };

  it('reaches the strategies that read it, and no other', () => {
    expect(timeout({})).toEqual([120_000, 30_000]);
    expect(timeout({ HERMES_KANBAN_BUSY_TIMEOUT_MS: '7' })).toEqual([7, 30_000]);
  });

  it('of the scenario goes before that of the machine', () => {
    expect(timeout({ HERMES_KANBAN_BUSY_TIMEOUT_MS: '7' }, { HERMES_KANBAN_BUSY_TIMEOUT_MS: '9' })[0]).toBe(9);
  });

  it('is read by the strategy that one of the scenario’s own is based on', () => {
    expect(cell('mine', { environment: { HERMES_KANBAN_BUSY_TIMEOUT_MS: '7' } }).strategy.axes.busyTimeoutMs).toBe(7);
  });

  it('with a bad value ends the plan rather than being passed over', () => {
    expect(() => timeout({ HERMES_KANBAN_BUSY_TIMEOUT_MS: 'soon' })).toThrow(EnvironmentError);
  });
});
