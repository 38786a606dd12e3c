import { describe, expect, it } from 'vitest';
import { rowCounts } from '../../../src/check/checks/row-counts.ts';
import { goodTrial, TrialFolder } from '../trial-folder.ts';

const CREATES = { mix: { create: 1 }, operations: 10 };
/** Callers that try again make more tasks than requests: nobody can say how many. */
const RETRIED = { ...CREATES, retry: 'new-task' } as const;

/** Says that each worker was to serve so many requests. */
function withOperations(trial: TrialFolder, operations: number): void {
  const { cell } = trial.facts;
  trial.know({ cell: { ...cell, workload: { ...cell.workload, operations } } });
}

describe('row-counts', () => {
  it('is quiet when every table has the rows that the others speak of', () => {
    expect(goodTrial().findings(rowCounts)).toEqual([]);
  });

  it('is quiet when every request was served and stands once', () => {
    const trial = goodTrial({ workload: CREATES, board: { start: 'fresh' } });
    expect(trial.findings(rowCounts)).toEqual([]);
  });

  it('sees a task that is gone', () => {
    const trial = goodTrial({ workload: CREATES });
    trial.sql("DELETE FROM tasks WHERE id = 'tw1.0-3'");
    expect(trial.findings(rowCounts)).toEqual([
      {
        check: 'row-counts',
        severity: 'violation',
        message: '19 tasks, but 20 events say that one was created',
        evidence: 'board.db',
      },
      {
        check: 'row-counts',
        severity: 'violation',
        message: '19 tasks, but every request was served, which makes 20',
        evidence: 'board.db',
      },
    ]);
  });

  it('sees a run that is gone', () => {
    const trial = goodTrial();
    const runs = Number(trial.value('SELECT count(*) FROM task_runs'));
    trial.sql('DELETE FROM task_runs WHERE id = 2');
    expect(trial.findings(rowCounts).map(({ message }) => message)).toEqual([
      `${runs - 1} runs, but ${runs} events say that a task was claimed`,
    ]);
  });

  it('counts rows in the table, not in an index that has lost them', () => {
    const trial = goodTrial({ workload: RETRIED });
    const detail = trial.edit((database) => database.prepare('EXPLAIN QUERY PLAN SELECT count(*) FROM tasks').get());
    const index = /INDEX (\w+)/.exec((detail as { detail: string }).detail)?.[1] ?? '';
    trial.behindIndex(index, "INSERT INTO tasks (id, title, status, created_at) VALUES ('new', 'new', 'ready', 0)");
    trial.plantEvent('w1.0', 'created', 'new');
    expect(trial.value('SELECT count(*) FROM tasks')).toBe(20);
    expect(trial.findings(rowCounts)).toEqual([]);
  });

  it('sees that a request which was served does not stand on the board', () => {
    const trial = goodTrial({ workload: CREATES });
    // Row and event are gone together: only the number of requests still tells.
    trial.sql("DELETE FROM tasks WHERE id = 'tw1.0-3'");
    trial.sql("DELETE FROM task_events WHERE task_id = 'tw1.0-3'");
    expect(trial.findings(rowCounts).map(({ message }) => message)).toEqual([
      '19 tasks, but every request was served, which makes 20',
    ]);
  });

  it('expects no number where workers did not come to all their requests', () => {
    const trial = goodTrial({ workload: CREATES });
    withOperations(trial, 11);
    expect(trial.report([]).unserved).toBe(2);
    expect(trial.findings(rowCounts)).toEqual([]);
  });

  it('adds the tasks that were on the board at the start', () => {
    const trial = new TrialFolder({ workload: CREATES, board: { tasks: 10 } }).work(['setup']).work(['w1.0', 'w2.0']);
    expect(trial.findings(rowCounts)).toEqual([]);
    // As above, of those that were there at the start.
    trial.sql("DELETE FROM tasks WHERE id = 'tsetup-3'");
    trial.sql("DELETE FROM task_events WHERE task_id = 'tsetup-3'");
    expect(trial.findings(rowCounts).map(({ message }) => message)).toEqual([
      '29 tasks, but every request was served, which makes 30',
    ]);
  });

  it('expects no number where nobody knows what became of the last request', () => {
    const trial = goodTrial({ workload: CREATES });
    withOperations(trial, 11);
    trial.plantOperation('w1.0', 'create', 'in flight');
    trial.plantOperation('w2.0', 'create', 'uncertain', 'info');
    expect(trial.report([]).unserved).toBe(0);
    expect(trial.findings(rowCounts)).toEqual([]);
  });

  it('expects no number where workers did other things too, or tried again', () => {
    for (const workload of [RETRIED, { ...CREATES, mix: { create: 1, claim: 1 } }]) {
      const trial = goodTrial({ workload });
      trial.sql('DELETE FROM tasks WHERE id = (SELECT max(id) FROM tasks)');
      trial.sql("DELETE FROM task_events WHERE kind = 'created' AND task_id NOT IN (SELECT id FROM tasks)");
      expect(trial.report([]).unserved).toBe(0);
      expect(trial.findings(rowCounts)).toEqual([]);
    }
  });

  it('sees a request that was carried out twice', () => {
    const trial = goodTrial({ workload: RETRIED });
    trial.sql(
      "INSERT INTO tasks (id, title, status, created_at) SELECT 'again', title, status, created_at FROM tasks WHERE id = 'tw2.0-4'",
    );
    trial.plantEvent('w2.0', 'created', 'again');
    expect(trial.findings(rowCounts)).toEqual([
      {
        check: 'row-counts',
        severity: 'violation',
        message: '1 requests stand on the board more than once, "request w2.0/4" for one',
        mechanism: expect.stringContaining('non-idempotent retry') as string,
        evidence: 'board.db',
      },
    ]);
  });

  it('says that the copy cannot be read where a page is damaged', () => {
    const trial = goodTrial();
    trial.spoil('tasks');
    expect(trial.findings(rowCounts).map(({ message }) => message)).toEqual([
      'the copy cannot be read: SQLITE_CORRUPT: database disk image is malformed',
    ]);
  });
});
