import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pause } from '../../src/fault/pause.ts';
import { locksHeldBy, readLockTable, statDatabase } from '../../src/kernel/locks.ts';
import { stateOf } from '../../src/kernel/process.ts';
import { actorOn } from '../support/actor.ts';
import { eventually } from '../support/eventually.ts';
import { Target, strike } from '../support/target.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('stops a writer with its locks, and lets it go on where it was', async () => {
  const path = join(temporaryFolder(), 'board.db');
  const [writer, other] = [await actorOn(path), await actorOn(path)];
  await writer.call('exec', 'CREATE TABLE t(x)');
  await writer.call('exec', 'BEGIN IMMEDIATE');
  const target = new Target(path, [other.pid, writer.pid]);

  const over = pause.strike(strike('pause', { aim: 'write-lock', durationMs: 150 }), target);

  // All of this is decided before the pause lasts any time at all.
  expect(stateOf(writer.pid)).toBe('stopped');
  expect(target.said).toEqual(['paused w2.0', 'record']);
  expect(target.records).toMatchObject([
    { fault: 'pause', worker: 'w2.0', aim: 'write-lock', inTransaction: true, durationMs: 150 },
  ]);
  expect(locksHeldBy(writer.pid, statDatabase(path), readLockTable())).toMatchObject({ walWrite: true });
  await expect(other.call('exec', 'BEGIN IMMEDIATE')).rejects.toMatchObject({ code: 'SQLITE_BUSY' });

  await over;
  expect(target.said.at(-1)).toBe('over w2.0');
  await writer.call('exec', 'COMMIT');
  await other.call('exec', 'BEGIN IMMEDIATE');
});

it('lasts as long as it was planned to', async () => {
  const path = join(temporaryFolder(), 'board.db');
  const victim = await actorOn(path);
  const target = new Target(path, [victim.pid]);
  const startNs = target.nowNs();

  await pause.strike(strike('pause', { durationMs: 60 }), target);

  expect((target.nowNs() - startNs) / 1e6).toBeGreaterThanOrEqual(59);
  await eventually('it goes on', () => stateOf(victim.pid) === 'running');
});

it('does not mind a victim that is killed meanwhile', async () => {
  const path = join(temporaryFolder(), 'board.db');
  const victim = await actorOn(path);
  const target = new Target(path, [victim.pid]);
  const over = pause.strike(strike('pause', { durationMs: 50 }), target);
  await victim.kill();

  await over;
  expect(target.said.at(-1)).toBe('over w1.0');
});

it('records nothing where there is nobody to stop', async () => {
  const target = new Target('/nowhere/board.db', []);
  await pause.strike(strike('pause'), target);
  expect(target.said).toEqual([]);
});
