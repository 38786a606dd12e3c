import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claim } from '../../../src/board/operation/claim.ts';
import { create } from '../../../src/board/operation/create.ts';
import { heartbeat } from '../../../src/board/operation/heartbeat.ts';
import { reclaim } from '../../../src/board/operation/reclaim.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import { codeFrom, execute, newTask, openSession, query, transactionsIn } from '../../support/board.ts';
import { Stepper, labelsOf } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A board with one claim that has expired. @param claimLock whose it is; ours if left out. */
function boardWithExpiredClaim(reclaimPolicy: 'expired' | 'dead-holders', claimLock?: string) {
  const path = join(temporaryFolder(), 'board.db');
  const session = openSession(path, {}, { reclaim: reclaimPolicy });
  runFreely(create(session, newTask('t')));
  runFreely(claim(session, 0));
  execute(path, 'UPDATE tasks SET claim_expires = 5');
  if (claimLock !== undefined) execute(path, `UPDATE tasks SET claim_lock = '${claimLock}'`);
  return { path, session };
}

const deadPid = (): number => spawnSync('true').pid;
const statusOf = (path: string) =>
  query(path, 'SELECT status, claim_lock, consecutive_failures AS failures FROM tasks')[0];
const READY = { status: 'ready', claim_lock: null, failures: 1 };

describe('reclaim', () => {
  it('compares and sets in one transaction, and ends the run', () => {
    const { path, session } = boardWithExpiredClaim('expired');

    const labels = labelsOf(reclaim(session));

    expect(labels[0]).toMatch(/^SELECT id, claim_lock AS holder/);
    expect(transactionsIn(labels)).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    expect(statusOf(path)).toEqual(READY);
    expect(query(path, 'SELECT status, outcome FROM task_runs')).toEqual([
      { status: 'reclaimed', outcome: 'reclaimed' },
    ]);
    expect(query(path, "SELECT task_id, run_id FROM task_events WHERE kind = 'reclaimed'")).toEqual([
      { task_id: 't', run_id: 1 },
    ]);
  });

  it('has nothing to do while claims last', () => {
    const { path, session } = boardWithExpiredClaim('expired');
    runFreely(heartbeat(session, 't'));
    expect(codeFrom(() => runFreely(reclaim(session)))).toBe('NOTHING_TO_DO');
    expect(statusOf(path)).toMatchObject({ status: 'running' });
  });

  it('loses a claim that changes hands before the transaction', () => {
    const { path, session } = boardWithExpiredClaim('expired');
    const slow = new Stepper(reclaim(session));
    slow.advancePast(/^SELECT id, claim_lock AS holder/);
    execute(path, "UPDATE tasks SET claim_lock = 'elsewhere:1'");

    expect(codeFrom(() => slow.finish())).toBe('CLAIM_LOST');
    expect(statusOf(path)).toMatchObject({ status: 'running', claim_lock: 'elsewhere:1', failures: 0 });
  });

  it('takes a claim that its holder extends before the transaction: only the lock string is compared', () => {
    const { path, session } = boardWithExpiredClaim('expired');
    const holder = openSession(path, {}, { worker: 'w2.0' });
    const slow = new Stepper(reclaim(session));
    slow.advancePast(/^SELECT id, claim_lock AS holder/);
    runFreely(heartbeat(holder, 't'));

    slow.finish();
    expect(statusOf(path)).toEqual(READY);
  });

  it('takes the one that expired first', () => {
    const { path, session } = boardWithExpiredClaim('expired');
    execute(
      path,
      "INSERT INTO tasks (id, title, status, created_at, claim_lock, claim_expires) VALUES ('u', 'u', 'running', 1, 'x:1', 4)",
    );

    expect(runFreely(reclaim(session))).toEqual({ task: 'u' });
  });
});

describe('of dead holders only', () => {
  it('a living holder keeps what has expired', () => {
    const { session } = boardWithExpiredClaim('dead-holders');
    expect(codeFrom(() => runFreely(reclaim(session)))).toBe('NOTHING_TO_DO');
  });

  it('a holder that is gone loses it', () => {
    const { path, session } = boardWithExpiredClaim('dead-holders', `${hostname()}:${deadPid()}`);
    runFreely(reclaim(session));
    expect(statusOf(path)).toEqual(READY);
  });

  it('a holder that is gone loses it whatever its lock says besides its process', () => {
    const { path, session } = boardWithExpiredClaim('dead-holders', `${hostname()}:${deadPid()}:w7.0`);
    runFreely(reclaim(session));
    expect(statusOf(path)).toEqual(READY);
  });

  it('a holder on another machine keeps it: nobody here can tell', () => {
    const { session } = boardWithExpiredClaim('dead-holders', `not-${hostname()}:${deadPid()}`);
    expect(codeFrom(() => runFreely(reclaim(session)))).toBe('NOTHING_TO_DO');
  });

  it('a living holder does not hide a dead one that expired later', () => {
    const { path, session } = boardWithExpiredClaim('dead-holders');
    execute(
      path,
      `INSERT INTO tasks (id, title, status, created_at, claim_lock, claim_expires)
       VALUES ('u', 'u', 'running', 1, '${hostname()}:${deadPid()}', 6)`,
    );
    expect(runFreely(reclaim(session))).toEqual({ task: 'u' });
  });

  it.each(['NULL', "x'00'", "''", "'nonsense'"])(
    'what a damaged board says of a holder (%s) is no reason to fail',
    (holder) => {
      const { path, session } = boardWithExpiredClaim('dead-holders');
      execute(path, `UPDATE tasks SET claim_lock = ${holder}`);
      expect(codeFrom(() => runFreely(reclaim(session)))).toBe('NOTHING_TO_DO');
    },
  );
});
