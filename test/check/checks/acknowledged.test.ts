import { describe, expect, it } from 'vitest';
import { acknowledged } from '../../../src/check/checks/acknowledged.ts';
import { goodTrial, type TrialFolder } from '../trial-folder.ts';

function messagesOf(trial: TrialFolder): string[] {
  return trial.findings(acknowledged).map(({ message }) => message);
}

describe('acknowledged', () => {
  it('is quiet when everything that was told is true', () => {
    expect(goodTrial().findings(acknowledged)).toEqual([]);
  });

  it('sees an acknowledged create that never happened', () => {
    const trial = goodTrial();
    const { acknowledged: before } = trial.report([]);
    const event = trial.plantOperation('w2.0', 'create', 'ghost', 'ok');
    expect(trial.findings(acknowledged)).toEqual([
      {
        check: 'acknowledged',
        severity: 'violation',
        message: `1 of ${before + 1} acknowledged operations are not in the database: create number ${event} of w2.0`,
        evidence: 'history',
      },
    ]);
  });

  it('sees acknowledged events that are lost, names three and hints at more', () => {
    const trial = goodTrial();
    trial.sql("DELETE FROM task_events WHERE kind = 'heartbeat'");
    const { lost, operations } = trial.report([]);
    expect(lost).toBe(operations.heartbeat.ok);
    const [message = ''] = messagesOf(trial);
    expect(message).toMatch(new RegExp(`^${lost} of \\d+ acknowledged operations are not in the database: `));
    expect(message.match(/heartbeat number \d+ of w1.0/g)).toHaveLength(3);
    expect(message).toMatch(/; …$/);
  });

  it('sees the loss of the last event, which leaves the digest chain whole', () => {
    const trial = goodTrial();
    trial.sql('DELETE FROM task_events WHERE id = (SELECT max(id) FROM task_events)');
    expect(messagesOf(trial)).toHaveLength(1);
  });

  it('does not miss an operation that was in flight, uncertain or failed and is not there', () => {
    const trial = goodTrial();
    trial.plantOperation('w1.0', 'create', 'a', 'info');
    trial.plantOperation('w1.0', 'create', 'b', 'fail');
    trial.plantOperation('w1.0', 'create', 'c');
    expect(trial.findings(acknowledged)).toEqual([]);
  });

  it('accepts an operation that was in flight or uncertain and is there', () => {
    const trial = goodTrial();
    trial.plantOperation('w1.0', 'heartbeat', 'a', 'info');
    trial.plantEvent('w1.0', 'heartbeat', 'a');
    trial.plantOperation('w1.0', 'heartbeat', 'b');
    trial.plantEvent('w1.0', 'heartbeat', 'b');
    expect(trial.findings(acknowledged)).toEqual([]);
  });

  it('sees a commit that the worker was told had failed', () => {
    const trial = goodTrial();
    const event = trial.plantOperation('w1.0', 'create', 'zombie', 'fail');
    trial.plantEvent('w1.0', 'created', 'zombie');
    expect(trial.findings(acknowledged)).toEqual([
      {
        check: 'acknowledged',
        severity: 'violation',
        message: `1 operations were told as failed and are committed: created zombie, number ${event} of w1.0`,
        mechanism: expect.stringContaining('cannot tell a durable commit from a failed one') as string,
        evidence: 'history',
      },
    ]);
  });

  it('sees an event that names no worker of the trial', () => {
    const trial = goodTrial();
    trial.plantEvent('w7.3', 'created', 'foreign');
    const id = Number(trial.value('SELECT max(id) FROM task_events'));
    expect(messagesOf(trial)).toEqual([
      `1 events are in the database that nobody attempted like that: event ${id} names no worker of this trial`,
    ]);
  });

  it('sees an event whose payload nobody can have written', () => {
    const trial = goodTrial();
    trial.sql("INSERT INTO task_events (task_id, kind, payload, created_at) VALUES ('t', 'created', x'00ff', 0)");
    expect(messagesOf(trial)[0]).toContain('names no worker of this trial');
  });

  it('sees an event with a number that its worker never attempted', () => {
    const trial = goodTrial();
    const next = trial.inspect(({ ledger }) => (ledger.workers.get('w1.0')?.last ?? 0) + 1);
    trial.plantEvent('w1.0', 'created', 'unasked');
    expect(messagesOf(trial)[0]).toContain(`(created) is number ${next} of w1.0, who attempted nothing`);
  });

  it('sees an event of another kind than was attempted', () => {
    const trial = goodTrial();
    trial.plantOperation('w1.0', 'claim', 'x');
    trial.plantEvent('w1.0', 'completed', 'x');
    expect(messagesOf(trial)[0]).toMatch(/\(completed\) is number \d+ of w1\.0, who attempted claim$/);
  });

  it('sees an event about another task than the worker was told, and the loss of the one that it was told of', () => {
    const trial = goodTrial();
    trial.sql("UPDATE task_events SET task_id = 'another' WHERE id = 1");
    expect(messagesOf(trial)).toEqual([
      expect.stringMatching(/^1 of \d+ acknowledged operations are not in the database: create number 1 of w1\.0$/),
      '1 events are in the database that nobody attempted like that: event 1 is about task another; w1.0 was told of another',
    ]);
  });

  it('copes with what a damaged page may hold in place of text', () => {
    const trial = goodTrial();
    trial.edit((database) => {
      database.pragma('writable_schema = ON');
      database.exec("UPDATE sqlite_schema SET sql = replace(sql, 'TEXT NOT NULL', '') WHERE name = 'task_events'");
    });
    trial.sql('UPDATE task_events SET task_id = 7 WHERE id = 1');
    trial.sql('UPDATE task_events SET task_id = NULL, kind = 1.5 WHERE id = 2');
    expect(messagesOf(trial)).toHaveLength(2);
  });

  it('says that the trail cannot be read to its end where a page is damaged, and that the rest is not there', () => {
    const trial = goodTrial();
    trial.spoil('task_events');
    const [unreadable, lost] = trial.findings(acknowledged);
    expect(unreadable?.message).toBe(
      'the audit trail cannot be read to its end: SQLITE_CORRUPT: database disk image is malformed',
    );
    expect(lost?.message).toContain('acknowledged operations are not in the database');
  });
});
