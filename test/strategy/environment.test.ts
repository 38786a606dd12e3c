import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AXES, type Strategy } from '../../src/strategy/axes.ts';
import { EnvironmentError, axesInEnvironment } from '../../src/strategy/environment.ts';
import { STRATEGIES } from '../../src/strategy/presets/index.ts';

const strategy = (name: string) => STRATEGIES.find((candidate) => candidate.name === name) as Strategy;
const initFlock = (value?: string) =>
  axesInEnvironment(strategy('init-flock'), { HERMES_KANBAN_BUSY_TIMEOUT_MS: value }).busyTimeoutMs;
const full100 = (value?: string) =>
  axesInEnvironment(strategy('full-100'), { HERMES_KANBAN_SYNCHRONOUS_MODE: value }).pragmas;

describe('HERMES_KANBAN_BUSY_TIMEOUT_MS', () => {
  it('is the busy timeout of #33696, 120 s if unset', () => {
    expect(initFlock()).toBe(120_000);
    expect(initFlock('5000')).toBe(5000);
    expect(initFlock('0')).toBe(0);
    expect(initFlock('2147483647')).toBe(2_147_483_647);
  });

  it.each(['', ' ', 'soon', '-1', '1.5', '2147483648', 'NaN', 'Infinity', '5s'])('is refused as %j', (value) => {
    expect(() => initFlock(value)).toThrow(EnvironmentError);
    expect(() => initFlock(value)).toThrow(/HERMES_KANBAN_BUSY_TIMEOUT_MS.*milliseconds/);
  });
});

describe('HERMES_KANBAN_SYNCHRONOUS_MODE', () => {
  it('opts into the pragmas of #30973', () => {
    expect(full100()).toBe('full-100');
    expect(full100('full')).toBe('full-100');
    expect(full100('normal')).toBe('v1');
  });

  it('leaves the pragmas of before with any other word, and never anything that is no value of the axis', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'toString', '*', '')), (word) => {
        expect(full100(word)).toBe(word === 'full' ? 'full-100' : 'v1');
        expect(AXES.pragmas).toContain(full100(word));
      }),
    );
  });
});

describe('the environment', () => {
  it('changes nothing but the axis that a strategy reads from it', () => {
    const environment = { HERMES_KANBAN_BUSY_TIMEOUT_MS: '7', HERMES_KANBAN_SYNCHRONOUS_MODE: 'normal' };
    for (const candidate of STRATEGIES) {
      const before = axesInEnvironment(candidate, {});
      const after = axesInEnvironment(candidate, environment);
      const changed = Object.keys(after).filter((axis) => Reflect.get(after, axis) !== Reflect.get(before, axis));
      expect(changed).toEqual((candidate.environment ?? []).map(({ axis }) => axis));
    }
  });

  it('does not reach back into the preset', () => {
    const before = structuredClone(STRATEGIES);
    initFlock('7');
    full100('normal');
    expect(STRATEGIES).toEqual(before);
  });
});
