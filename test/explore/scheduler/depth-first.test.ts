import { describe, expect, it } from 'vitest';
import { contextSwitches } from '../../../src/explore/move.ts';
import { DepthFirst } from '../../../src/explore/scheduler/depth-first.ts';
import type { Program } from '../../../src/scenario/exploration.ts';
import { executeAll, failuresOf, settingOf, toyStep, toySteps } from '../../support/explored.ts';

/** More preemptions than there are steps. */
const UNBOUNDED = 20;

function countsOf(programs: Program[], prune: boolean, bound = UNBOUNDED) {
  const scheduler = new DepthFirst({ bound, prune });
  const executions = executeAll(settingOf(programs), scheduler);
  return { executions, ...scheduler.coverage() };
}

describe('the depth-first scheduler', () => {
  it.each([
    [2, 3, 20],
    [2, 5, 252],
    [3, 3, 1680],
  ])('executes each interleaving of %i × %i steps once', (actors, steps, interleavings) => {
    const programs = Array.from({ length: actors }, () => toySteps(steps, 'one thing'));
    const { executions, interleavings: counted, isExhausted } = countsOf(programs, false);

    expect(isExhausted).toBe(true);
    expect(counted).toBe(interleavings);
    // The last bound alone holds them all.
    const last = executions.slice(-interleavings);
    const schedules = new Set(last.map(({ made }) => made.map(({ actor }) => actor).join('')));
    expect(schedules.size).toBe(interleavings);
  });

  it('with pruning counts the same interleavings, and executes far fewer of them', () => {
    const same = Array.from({ length: 3 }, () => toySteps(3, 'one thing'));
    const apart = ['a', 'b', 'c'].map((thing) => toySteps(3, thing));

    expect(countsOf(same, true).interleavings).toBe(1680);
    const [pruned, whole] = [countsOf(apart, true, 3), countsOf(apart, false, 3)];
    expect(pruned.interleavings).toBe(whole.interleavings);
    const complete = ({ executions }: typeof pruned) => executions.filter(({ outcome }) => outcome).length;
    expect(complete(pruned)).toBeLessThan(complete(whole) / 4);
  });

  it('keeps to its bound, and says so', () => {
    const { executions, words, interleavings } = countsOf([toySteps(4, 'x'), toySteps(4, 'x')], false, 1);
    // Without preemption one after the other; with one, the first is left at one of three places.
    expect(interleavings).toBe(2 + 2 * 3);
    expect(words).toBe('all 8 interleavings with up to 1 preemption');
    expect(Math.max(...executions.map(({ made }) => contextSwitches(made)))).toBe(2);
  });

  it('says that nothing was left out where the bound cut nothing off', () => {
    expect(countsOf([toySteps(2, 'x'), toySteps(2, 'x')], true).words).toBe('all 6 interleavings');
  });

  it('meets failures in the order of their preemptions', () => {
    let shared = 0;
    const adds: Program = function* () {
      const read = (yield toyStep('number', () => shared)) as number;
      yield toyStep('number', () => (shared = read + 1));
    };
    const begin: Program = function* () {
      shared = 0;
      yield toyStep('nothing', () => {});
    };
    const setting = settingOf([begin, adds, adds], { check: () => (shared < 2 ? 'lost update' : undefined) });
    const scheduler = new DepthFirst({ bound: 3, prune: false });
    const executions = executeAll(setting, scheduler);
    const first = executions.find(({ failure }) => failure);

    // No order of the whole actors fails; one preemption is enough.
    expect(executions.slice(0, 6).map(({ failure }) => failure)).toEqual(Array.from({ length: 6 }));
    expect(first && contextSwitches(first.made)).toBeLessThanOrEqual(4);
  });
});

describe('pruning', () => {
  /** Small programs over two things, so that some steps depend on each other and some do not. */
  const board = { values: [0, 0] };
  const increments = (...things: number[]): Program =>
    function* () {
      for (const thing of things) {
        const read = (yield toyStep(`thing ${thing}`, () => board.values[thing])) as number;
        yield toyStep(`thing ${thing}`, () => (board.values[thing] = read + 1));
      }
    };
  /** Before its first step, an actor is at home: this happens when an execution begins. */
  const reset: Program = function* () {
    board.values = [0, 0];
    yield toyStep('nothing', () => {});
  };

  it.each([
    ['one thing', [increments(0), increments(0)]],
    ['two things, crosswise', [increments(0, 1), increments(1, 0)]],
    ['three actors', [increments(0), increments(0, 1), increments(1)]],
  ])('reaches every outcome that the whole space has: %s', (_, programs) => {
    const setting = settingOf([reset, ...programs], { check: () => board.values.join() });
    const [pruned, whole] = [failuresOf(setting, 2), failuresOf(setting, 2, false)];

    expect(whole.size).toBeGreaterThan(1);
    expect(pruned).toEqual(whole);
  });
});
