import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAULTS, faultNamed } from '../../src/fault/index.ts';
import { kill } from '../../src/fault/kill.ts';
import { stateOf } from '../../src/kernel/process.ts';
import { actorOn } from '../support/actor.ts';
import { query } from '../support/board.ts';
import { eventually } from '../support/eventually.ts';
import { Target, strike } from '../support/target.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('ends a writer in its transaction, and what it had not committed is not there', async () => {
  const path = join(temporaryFolder(), 'board.db');
  const [idler, writer] = [await actorOn(path), await actorOn(path)];
  await writer.call('exec', 'CREATE TABLE t(x); INSERT INTO t VALUES (1)');
  await writer.call('exec', 'BEGIN IMMEDIATE');
  await writer.call('exec', 'INSERT INTO t VALUES (2)');
  const target = new Target(path, [idler.pid, writer.pid]);

  await kill.strike(strike('kill', { aim: 'write-lock' }), target);

  await eventually('the writer is gone', () => stateOf(writer.pid) === 'gone');
  expect(stateOf(idler.pid)).toBe('running');
  expect(target.records).toEqual([
    {
      fault: 'kill',
      worker: 'w2.0',
      pid: writer.pid,
      atNs: expect.any(Number),
      aim: 'write-lock',
      inTransaction: true,
      locks: expect.objectContaining({ walWrite: true, shared: true }),
      durationMs: 0,
    },
  ]);
  // Whoever replaces the worker has to know before it is dead.
  expect(target.said).toEqual(['killed w2.0', 'record']);
  expect(query(path, 'SELECT x FROM t')).toEqual([{ x: 1 }]);
});

it('says so where its victim held nothing', async () => {
  const path = join(temporaryFolder(), 'board.db');
  const idler = await actorOn(path);
  const target = new Target(path, [idler.pid]);

  await kill.strike(strike('kill', { aim: 'write-lock' }), target);

  expect(target.records).toMatchObject([{ inTransaction: false, locks: { walWrite: false } }]);
  await eventually('the idler is gone', () => stateOf(idler.pid) === 'gone');
});

it('records nothing where there is nobody to kill', async () => {
  const target = new Target('/nowhere/board.db', []);
  await kill.strike(strike('kill'), target);
  expect(target.said).toEqual([]);
});

it('is one of the faults with a name', () => {
  expect(faultNamed('kill')).toBe(kill);
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  expect(() => faultNamed('reboot')).toThrow('no fault is named "reboot"');
});
