import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claim } from '../../../src/board/operation/claim.ts';
import { create } from '../../../src/board/operation/create.ts';
import { reclaim } from '../../../src/board/operation/reclaim.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import type { StrategyAxes } from '../../../src/strategy/axes.ts';
import { startActor } from '../../support/actor.ts';
import { codeFrom, execute, newTask, openSession, query } from '../../support/board.ts';
import { Stepper } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Two dispatchers on a board with two claims that have expired. */
function twoDispatchers(lease: StrategyAxes['lease']) {
  const path = join(temporaryFolder(), 'board.db');
  const [first, second] = ['d1.0', 'd2.0'].map((worker) => openSession(path, { lease }, { worker }));
  if (!first || !second) throw new Error('two were asked for');
  for (const id of ['t', 'u']) {
    runFreely(create(first, newTask(id)));
    runFreely(claim(first, 0));
  }
  execute(path, 'UPDATE tasks SET claim_expires = 5');
  return { path, first, second };
}

const running = (path: string) => query(path, "SELECT count(*) AS n FROM tasks WHERE status = 'running'")[0]?.['n'];

describe('dispatcher-rows', () => {
  it('keeps the second dispatcher out until the lease expires', () => {
    const { path, first, second } = twoDispatchers('dispatcher-rows');
    runFreely(reclaim(first));
    expect(running(path)).toBe(1);

    expect(codeFrom(() => runFreely(reclaim(second)))).toBe('LEASE_HELD');
    expect(running(path)).toBe(1);
    expect(query(path, 'SELECT holder FROM dispatcher_leases')).toEqual([{ holder: 'd1.0' }]);

    execute(path, 'UPDATE dispatcher_leases SET expires_at = 5');
    runFreely(reclaim(second));
    expect(running(path)).toBe(0);
    expect(query(path, 'SELECT holder FROM dispatcher_leases')).toEqual([{ holder: 'd2.0' }]);
    expect(codeFrom(() => runFreely(reclaim(first)))).toBe('LEASE_HELD');
  });

  it('lets its holder go on, and renews the lease for the time to live', () => {
    const { path, first } = twoDispatchers('dispatcher-rows');
    runFreely(reclaim(first));
    execute(path, 'UPDATE dispatcher_leases SET expires_at = expires_at - 30000');
    const before = Date.now();
    runFreely(reclaim(first));

    const expires = Number(query(path, 'SELECT expires_at FROM dispatcher_leases')[0]?.['expires_at']);
    expect(expires).toBeGreaterThanOrEqual(before + first.leaseTtlMs);
    expect(expires).toBeLessThanOrEqual(Date.now() + first.leaseTtlMs);
  });

  it('is taken by one of two that try at once: there is one row', () => {
    const { path, first, second } = twoDispatchers('dispatcher-rows');
    const [one, two] = [new Stepper(reclaim(first)), new Stepper(reclaim(second))];
    one.advanceTo(/^COMMIT/);
    expect(codeFrom(() => two.finish())).toBe('SQLITE_BUSY');
    one.finish();
    expect(codeFrom(() => runFreely(reclaim(second)))).toBe('LEASE_HELD');
    expect(query(path, 'SELECT count(*) AS n FROM dispatcher_leases')).toEqual([{ n: 1 }]);
  });

  it('spends no event number on the lease', () => {
    const { path, first, second } = twoDispatchers('dispatcher-rows');
    runFreely(reclaim(first));
    codeFrom(() => runFreely(reclaim(second)));
    execute(path, "UPDATE tasks SET status = 'done'; UPDATE dispatcher_leases SET expires_at = 5");
    expect(codeFrom(() => runFreely(reclaim(second)))).toBe('NOTHING_TO_DO');
    expect(second.events.next).toBe(1);
  });
});

describe.each(['dispatch-lock-file', 'dispatch-lock-file-open'] as const)('%s', (lease) => {
  it('keeps the second dispatcher out for as long as a tick lasts', () => {
    const { path, first, second } = twoDispatchers(lease);
    const tick = new Stepper(reclaim(first));
    tick.advancePast(/^BEGIN/);

    expect(codeFrom(() => runFreely(reclaim(second)))).toBe('LEASE_HELD');
    tick.finish();
    expect(codeFrom(() => runFreely(reclaim(second)))).toBeUndefined();
    expect(running(path)).toBe(0);
  });

  it('is let go of by a tick that finds nothing or fails', () => {
    const { path, first, second } = twoDispatchers(lease);
    execute(path, "UPDATE tasks SET status = 'ready'");
    expect(codeFrom(() => runFreely(reclaim(first)))).toBe('NOTHING_TO_DO');
    expect(codeFrom(() => runFreely(reclaim(second)))).toBe('NOTHING_TO_DO');
  });

  it('is held against another process, and gone when that is killed', async () => {
    const { path, first } = twoDispatchers(lease);
    const other = startActor();
    await other.call('lock', `${path}.dispatch.lock`);
    const tick = new Stepper(reclaim(first));
    expect(codeFrom(() => tick.finish())).toBe('LEASE_HELD');
    expect(tick.labels).toEqual(['try lock on board.db.dispatch.lock']);
    expect(running(path)).toBe(2);

    await other.kill();
    expect(codeFrom(() => runFreely(reclaim(first)))).toBeUndefined();
  });
});

describe('a dispatch lock whose file cannot be opened', () => {
  it('is gone without by "dispatch-lock-file-open", which lets go of nothing', () => {
    const { path, first, second } = twoDispatchers('dispatch-lock-file-open');
    mkdirSync(`${path}.dispatch.lock`);
    const tick = new Stepper(reclaim(first));
    tick.advancePast(/^BEGIN/);
    // Nothing keeps the other out but SQLite's own lock.
    expect(codeFrom(() => runFreely(reclaim(second)))).toBe('SQLITE_BUSY');
    tick.finish();

    expect(tick.labels[0]).toBe('try lock on board.db.dispatch.lock');
    expect(tick.labels.filter((label) => label.startsWith('release'))).toEqual([]);
    expect(running(path)).toBe(1);
  });

  it('does not hide what happens in the tick', () => {
    const { path, first } = twoDispatchers('dispatch-lock-file-open');
    mkdirSync(`${path}.dispatch.lock`);
    execute(path, "UPDATE tasks SET status = 'ready'");
    expect(codeFrom(() => runFreely(reclaim(first)))).toBe('NOTHING_TO_DO');
  });

  it('fails the tick of "dispatch-lock-file"', () => {
    const { path, first } = twoDispatchers('dispatch-lock-file');
    mkdirSync(`${path}.dispatch.lock`);
    expect(codeFrom(() => runFreely(reclaim(first)))).toBe('EISDIR');
    expect(running(path)).toBe(2);
  });
});

describe.each(['none', 'fenced'] as const)('the lease "%s"', (lease) => {
  it('lets two dispatchers work at once', () => {
    const { path, first, second } = twoDispatchers(lease);
    const tick = new Stepper(reclaim(first));
    tick.advanceTo(/^BEGIN/);
    runFreely(reclaim(second));
    // Both wanted the same one: only the board's compare-and-set keeps them apart.
    expect(codeFrom(() => tick.finish())).toBe('CLAIM_LOST');
    expect(running(path)).toBe(1);
  });
});
