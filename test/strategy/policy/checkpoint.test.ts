import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { create } from '../../../src/board/operation/create.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import { BASELINE, type StrategyAxes } from '../../../src/strategy/axes.ts';
import { checkpointPassively, checkpointsPeriodically } from '../../../src/strategy/policy/checkpoint.ts';
import { readPragmas } from '../../../src/strategy/policy/pragmas.ts';
import { newTask, openSession, query } from '../../support/board.ts';
import { labelsOf } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A session that has written, and another one that keeps the WAL from going with the last close. */
function board(checkpoint: StrategyAxes['checkpoint']) {
  const path = join(temporaryFolder(), 'board.db');
  const witness = openSession(path);
  const session = openSession(path, { checkpoint }, { worker: 'w2.0' });
  runFreely(create(session, newTask('t')));
  return { path, witness, session };
}

const walBytes = (path: string) => statSync(`${path}-wal`).size;
const state = (path: string) => query(path, 'PRAGMA wal_checkpoint(NOOP)')[0];

describe('truncate-on-close', () => {
  it('empties the WAL before the connection closes (#31130)', () => {
    const { path, session } = board('truncate-on-close');
    expect(walBytes(path)).toBeGreaterThan(0);
    expect(labelsOf(session.close())).toEqual(['PRAGMA wal_checkpoint(TRUNCATE)', 'close the database']);
    expect(walBytes(path)).toBe(0);
  });

  it('does nothing to it where a connection is abandoned', () => {
    const { path, session } = board('truncate-on-close');
    expect(labelsOf(session.abandon())).toEqual(['close the database']);
    expect(walBytes(path)).toBeGreaterThan(0);
  });
});

describe.each(['automatic', 'passive-periodic', 'dedicated'] as const)('%s', (checkpoint) => {
  it('leaves the WAL alone at close', () => {
    const { path, session } = board(checkpoint);
    expect(labelsOf(session.close())).toEqual(['close the database']);
    expect(walBytes(path)).toBeGreaterThan(0);
  });
});

describe('a passive checkpoint', () => {
  it('moves what is in the WAL', () => {
    const { path, session } = board('passive-periodic');
    const before = state(path);
    expect(before?.['checkpointed']).not.toBe(before?.['log']);
    runFreely(checkpointPassively(session));
    expect(state(path)).toMatchObject({ log: before?.['log'], checkpointed: before?.['log'] });
  });

  it('gets past a reader without waiting for it', () => {
    const { session, witness, path } = board('passive-periodic');
    witness.connection.exec('BEGIN');
    runFreely(
      (function* () {
        yield witness.get('SELECT count(*) FROM tasks');
      })(),
    );
    runFreely(create(session, newTask('u')));
    runFreely(checkpointPassively(session));
    const { log, checkpointed } = state(path) as Record<string, number>;
    expect(checkpointed).toBeGreaterThan(0);
    expect(checkpointed).toBeLessThan(log as number);
  });
});

describe('who checkpoints by the clock', () => {
  it.each([
    ['automatic', false, false],
    ['truncate-on-close', false, false],
    ['passive-periodic', true, true],
    ['dedicated', true, false],
  ] as const)('%s: the first process %s, the others %s', (checkpoint, first, others) => {
    const axes = { ...BASELINE, checkpoint };
    expect([checkpointsPeriodically(axes, true), checkpointsPeriodically(axes, false)]).toEqual([first, others]);
  });

  it('"dedicated" takes the automatic ones away from every connection, whatever its pragmas', () => {
    for (const pragmas of ['v1', 'full-100', 'hardened', 'full-1000'] as const) {
      const session = openSession(join(temporaryFolder(), 'board.db'), { checkpoint: 'dedicated', pragmas });
      expect(runFreely(readPragmas(session))['wal_autocheckpoint']).toBe(0);
    }
  });
});
