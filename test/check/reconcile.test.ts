import { describe, expect, it } from 'vitest';
import type { CopiedDatabase } from '../../src/check/copied-database.ts';
import { inWords, reconcile } from '../../src/check/reconcile.ts';
import { actorOn } from '../support/actor.ts';
import { goodTrial, type TrialFolder } from './trial-folder.ts';

function reconciled(trial: TrialFolder) {
  return trial.inspect(({ reconciliation }) => reconciliation);
}

describe('the reconciliation', () => {
  it('finds everything that was acknowledged, and nothing else', () => {
    const trial = goodTrial();
    expect(reconciled(trial)).toEqual({
      acknowledged: trial.value('SELECT count(*) FROM task_events'),
      lost: { count: 0, examples: [] },
      unexplained: { count: 0, examples: [] },
      falselyFailed: { count: 0, examples: [] },
      resolved: { committed: 0, absent: 0 },
      unreadable: undefined,
    });
  });

  it('tells of operations in flight and uncertain ones whether they are committed', () => {
    const trial = goodTrial();
    trial.plantOperation('w1.0', 'heartbeat', 'a', 'info');
    trial.plantEvent('w1.0', 'heartbeat', 'a');
    trial.plantOperation('w1.0', 'heartbeat', 'b', 'info');
    trial.plantOperation('w1.0', 'create', 'c');
    trial.plantOperation('w2.0', 'create', 'd');
    trial.plantEvent('w2.0', 'created', 'd');
    expect(reconciled(trial).resolved).toEqual({ committed: 2, absent: 2 });
  });

  it('counts what is lost of every worker, and gives three examples', () => {
    const trial = goodTrial();
    const claims = trial.sql("DELETE FROM task_events WHERE kind = 'claimed'");
    const { lost } = reconciled(trial);
    expect(lost.count).toBe(claims);
    expect(lost.examples).toHaveLength(3);
  });

  it('looks at the whole trail although parts of it cannot be explained', () => {
    const trial = goodTrial();
    trial.sql("UPDATE task_events SET payload = 'w9.0 1 0 5' WHERE id = 1");
    trial.sql("UPDATE task_events SET kind = 'reclaimed' WHERE id = 2");
    const { lost, unexplained } = reconciled(trial);
    expect(unexplained.count).toBe(2);
    // What stands there in another shape is not what was acknowledged.
    expect(lost.count).toBe(2);
  });

  it('survives numbers that no worker can have counted up to', () => {
    const trial = goodTrial();
    for (const number of ['-1', '0', '4294967295', '9007199254740991', '1e300']) {
      trial.sql(
        "INSERT INTO task_events (task_id, kind, payload, created_at) VALUES ('t', 'created', ?, 0)",
        `w1.0 ${number} 0 5`,
      );
    }
    expect(reconciled(trial).unexplained.count).toBe(5);
  });

  it('reads what only the WAL holds', async () => {
    const trial = goodTrial();
    const next = trial.plantOperation('w1.0', 'create', 'late', 'ok');
    const payload = `w1.0 ${next} 0 0`;
    const actor = await actorOn(trial.databasePath);
    await actor.call(
      'exec',
      `INSERT INTO task_events (task_id, kind, payload, created_at) VALUES ('late', 'created', '${payload}', 0)`,
    );
    await actor.kill();
    expect(reconciled(trial).lost.count).toBe(0);
  });

  it('says why the trail cannot be read, and what is missing then', () => {
    const trial = goodTrial();
    trial.overwrite((bytes) => bytes.write('something else'));
    const { unreadable, lost, acknowledged } = reconciled(trial);
    expect(unreadable).toBe('SQLITE_NOTADB: file is not a database');
    expect(lost.count).toBe(acknowledged);
  });

  it('does not take an error of its own for a damaged database', () => {
    goodTrial().inspect(({ ledger, asLeft }) => {
      const broken: CopiedDatabase = {
        ...asLeft,
        connection() {
          throw new TypeError('a programming error');
        },
      };
      expect(() => reconcile(ledger, broken)).toThrow('a programming error');
    });
  });
});

describe('cases in words', () => {
  it('are the examples, and a hint at more', () => {
    expect(inWords({ count: 0, examples: [] })).toBe('');
    expect(inWords({ count: 2, examples: ['a', 'b'] })).toBe('a; b');
    expect(inWords({ count: 9, examples: ['a', 'b', 'c'] })).toBe('a; b; c; …');
  });
});
