import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { sleepSync } from '../../../src/kernel/process.ts';
import { step, type Step } from '../../../src/step/step.ts';
import { FileLock } from '../../../src/strategy/lock/file-lock.ts';
import { holding, holdingWithin, pause, type BoundedWait } from '../../../src/strategy/lock/lock.ts';
import { startActor } from '../../support/actor.ts';
import { Stepper } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { withSleepsPassingAtOnce } from '../../support/time-lapse.ts';

vi.mock(import('../../../src/kernel/process.ts'), { spy: true });

const BODY = 'what the lock is for';
const RELEASE = 'release lock on some.lock';

function* body() {
  yield step('memory', BODY, () => undefined);
  return 'done';
}

/** A lock file, and the steps that hold it within a time. */
function bounded(wait: Partial<BoundedWait> = {}) {
  const path = join(temporaryFolder(), 'some.lock');
  const otherwise = (waitedMs: number) => new Error(`not had in ${waitedMs} ms`);
  const steps = holdingWithin(new FileLock(path), { timeoutMs: 60, pollMs: 5, otherwise, ...wait }, body);
  return { path, steps, stepper: new Stepper(steps), outsider: new FileLock(path) };
}

/** Another process that holds the lock. */
async function heldBySomebody(path: string) {
  const holder = startActor();
  await holder.call('lock', path);
  return holder;
}

describe('a wait for a lock within a time', () => {
  it('is one step that says how long it may last', () => {
    const { stepper } = bounded();
    expect(stepper.pending).toMatchObject({
      kind: 'lock',
      label: 'wait for lock on some.lock, 60 ms at most',
      timeoutMs: 60,
    });
    expect(stepper.finish()).toBe('done');
    expect(stepper.labels).toEqual(['wait for lock on some.lock, 60 ms at most', BODY, RELEASE]);
  });

  it('does not pause where the lock is free', () => {
    const { stepper, outsider } = bounded();
    expect(withSleepsPassingAtOnce(() => stepper.advance())).toEqual([]);
    expect(outsider.tryAcquire()).toBe(false);
    stepper.finish();
    expect(outsider.tryAcquire()).toBe(true);
  });

  it('polls until another process lets go, and holds the lock then', async () => {
    const { path, stepper, outsider } = bounded({ timeoutMs: 60_000 });
    const holder = await heldBySomebody(path);
    // Polling blocks this very thread, so the other process has to let go by itself.
    const released = holder.call('unlockAfter', path, 80);
    vi.mocked(sleepSync).mockClear();
    stepper.advance();

    expect(vi.mocked(sleepSync).mock.calls.length).toBeGreaterThan(0);
    expect(new Set(vi.mocked(sleepSync).mock.calls.flat())).toEqual(new Set([5]));
    expect(stepper.pending.label).toBe(BODY);
    expect(outsider.tryAcquire()).toBe(false);
    await released;
    expect(await holder.call('tryLock', path)).toBe(false);
    stepper.finish();
    expect(outsider.tryAcquire()).toBe(true);
  });

  it('is over when the time is, and throws what it was told to', async () => {
    const { path, stepper } = bounded();
    const holder = await heldBySomebody(path);

    expect(() => stepper.finish()).toThrow('not had in 60 ms');
    expect(stepper.labels).toHaveLength(1);
    await holder.call('unlock', path);
    expect(new FileLock(path).tryAcquire()).toBe(true);
  });

  it('tries once more after its last pause', async () => {
    const { path, stepper } = bounded({ timeoutMs: 20 });
    await heldBySomebody(path);
    const tries = vi.spyOn(FileLock.prototype, 'tryAcquire');

    expect(withSleepsPassingAtOnce(() => expect(() => stepper.finish()).toThrow('not had'))).toEqual([5, 5, 5, 5]);
    expect(tries).toHaveBeenCalledTimes(5);
    tries.mockRestore();
  });

  it('goes on without the lock if it was told to, and releases nothing', async () => {
    const { path, stepper, outsider } = bounded({ otherwise: 'proceed' });
    const holder = await heldBySomebody(path);

    expect(stepper.finish()).toBe('done');
    expect(stepper.labels.slice(1)).toEqual([BODY]);
    expect(outsider.tryAcquire()).toBe(false);
    await holder.call('unlock', path);
    expect(outsider.tryAcquire()).toBe(true);
  });

  it.each([
    [true, [BODY, RELEASE]],
    [false, [BODY]],
  ])('takes the word of whoever drives it: %s', (had, rest) => {
    const { steps, outsider } = bounded({ otherwise: 'proceed' });
    const labels: string[] = [];
    for (let state = steps.next(had); !state.done; state = steps.next()) {
      labels.push(state.value.label);
      state.value.run();
    }
    expect(labels).toEqual(rest);
    expect(outsider.tryAcquire()).toBe(true);
  });
});

describe.each([
  [
    'within a time',
    (lock: FileLock) => holdingWithin(lock, { timeoutMs: 60_000, pollMs: 5, otherwise: 'proceed' }, body),
  ],
  ['for as long as it takes', (lock: FileLock) => holding(lock, body)],
])('an attempt at a wait %s', (_, waitingFor) => {
  /** The wait step; to run it here would block. */
  const waiting = (path: string): Step => new Stepper(waitingFor(new FileLock(path))).pending;

  it('never waits: it asks once, and neither pauses nor blocks', async () => {
    const path = join(temporaryFolder(), 'some.lock');
    const holder = await heldBySomebody(path);
    const wait = waiting(path);
    const [tries, blocks] = [vi.spyOn(FileLock.prototype, 'tryAcquire'), vi.spyOn(FileLock.prototype, 'acquire')];
    let had: boolean | undefined;

    expect(withSleepsPassingAtOnce(() => (had = wait.attempt?.()))).toEqual([]);
    expect(had).toBe(false);
    expect(tries).toHaveBeenCalledTimes(1);
    expect(blocks).not.toHaveBeenCalled();
    tries.mockRestore();
    blocks.mockRestore();

    await holder.call('unlock', path);
    expect(wait.attempt?.()).toBe(true);
    expect(await holder.call('tryLock', path)).toBe(false);
  });
});

describe('a wait for as long as it takes', () => {
  it('has no time after which it is over', () => {
    const lock = new FileLock(join(temporaryFolder(), 'some.lock'));
    expect(new Stepper(holding(lock, body)).pending.timeoutMs).toBeUndefined();
  });
});

describe('a pause', () => {
  it('says how long it lasts, and lasts that long', () => {
    const step = pause(20.4);
    expect(step).toMatchObject({ kind: 'sleep', label: 'sleep 20 ms', delayMs: 20.4 });
    expect(withSleepsPassingAtOnce(() => step.run())).toEqual([20.4]);
  });
});
