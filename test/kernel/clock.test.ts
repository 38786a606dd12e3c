import { expect, it } from 'vitest';
import { monotonicNs, sinceNs } from '../../src/kernel/clock.ts';
import { startActor } from '../support/actor.ts';

it('orders what different processes do on one timeline', async () => {
  const actor = startActor();
  await actor.call('clock');

  for (let round = 0; round < 20; round++) {
    const before = monotonicNs();
    const there = BigInt(await actor.call('clock'));
    const after = monotonicNs();
    expect(there > before && there < after).toBe(true);
  }
});

it('counts from an epoch of another process, without losing nanoseconds', async () => {
  const actor = startActor();
  const epoch = BigInt(await actor.call('clock'));

  const first = sinceNs(epoch);
  const second = sinceNs(epoch);
  expect(first).toBeGreaterThan(0);
  expect(second).toBeGreaterThanOrEqual(first);
  expect(Number.isSafeInteger(second)).toBe(true);
});
