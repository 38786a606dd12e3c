import { describe, expect, it } from 'vitest';
import { eventTrail } from '../../../src/check/checks/event-trail.ts';
import { goodTrial, reclaimedTrial, type TrialFolder } from '../trial-folder.ts';

function messagesOf(trial: TrialFolder): string[] {
  return trial.findings(eventTrail).map(({ message }) => message);
}

describe('event-trail', () => {
  it('is quiet when chains, tasks, runs and events tell one story', () => {
    expect(goodTrial().findings(eventTrail)).toEqual([]);
  });

  it('is quiet when claims were reclaimed and tasks claimed again', async () => {
    const trial = await reclaimedTrial();
    expect(trial.findings(eventTrail)).toEqual([]);
  });

  it('is quiet when a number was spent on an event of which nobody knows what became', () => {
    const trial = goodTrial({ workload: { mix: { create: 1 }, operations: 2 } });
    trial.plantEvent('w1.0', 'heartbeat', 'tw1.0-1');
    trial.plantEvent('w1.0', 'heartbeat', 'tw1.0-1');
    expect(trial.findings(eventTrail)).toEqual([]);
    trial.sql("DELETE FROM task_events WHERE payload LIKE 'w1.0 4 %'");
    expect(trial.findings(eventTrail)).toEqual([]);
  });

  it('sees that an event is lost on which others of its worker build', () => {
    const trial = goodTrial();
    trial.sql("DELETE FROM task_events WHERE id = (SELECT min(id) FROM task_events WHERE kind = 'heartbeat')");
    const [finding] = trial.findings(eventTrail);
    expect(finding).toMatchObject({ check: 'event-trail', severity: 'violation', evidence: 'board.db' });
    expect(finding?.message).toMatch(
      /^1 events break the digest chain of their worker: event \d+: number \d+ of w\d\.0 follows number \d+, which is lost$/,
    );
  });

  it('sees an event whose contents were changed', () => {
    const trial = goodTrial();
    trial.sql(
      "UPDATE task_events SET task_id = 'tw2.0-1' WHERE id = (SELECT max(id) FROM task_events WHERE kind = 'heartbeat')",
    );
    expect(messagesOf(trial)[0]).toMatch(
      /^1 events break the digest chain of their worker: event \d+: number \d+ of w\d\.0 does not have the digest of its contents$/,
    );
  });

  it('sees an event that stands twice', () => {
    const trial = goodTrial();
    trial.sql(
      'INSERT INTO task_events (task_id, run_id, kind, payload, created_at) ' +
        "SELECT task_id, run_id, kind, payload, created_at FROM task_events WHERE kind = 'heartbeat' LIMIT 1",
    );
    expect(messagesOf(trial)[0]).toMatch(/^1 events break .*: event \d+: number \d+ of w\d\.0 stands twice$/);
  });

  it.each([
    ['text', 'not a stamp'],
    ['another number of words', 'w1.0 1 0 5 6'],
    ['a number that is none', 'w1.0 one 0 5'],
    ['a number below the first', 'w1.0 0 0 5'],
    ['a number beyond all memory', 'w1.0 999999999 0 5'],
    ['bytes', Buffer.from([0, 255])],
    ['nothing', null],
  ])('sees a payload that is no stamp: %s', (_what, payload) => {
    const trial = goodTrial();
    trial.sql(
      "UPDATE task_events SET payload = ? WHERE id = (SELECT max(id) FROM task_events WHERE kind = 'heartbeat')",
      payload,
    );
    expect(messagesOf(trial)[0]).toMatch(/event \d+: its payload is no stamp/);
  });

  it('sees a task whose status is not what its last event left', () => {
    const trial = goodTrial();
    trial.sql("UPDATE tasks SET status = 'ready' WHERE id = (SELECT id FROM tasks WHERE status = 'done' LIMIT 1)");
    expect(messagesOf(trial)).toEqual([
      expect.stringMatching(
        /^1 tasks are not in the state that their last event left: task t\S+ is ready, its last event is completed$/,
      ),
    ]);
  });

  it('sees that the event of a last change is lost, which no chain can show', () => {
    const trial = goodTrial();
    const event = "(SELECT max(id) FROM task_events WHERE kind = 'completed')";
    trial.sql(`DELETE FROM task_events WHERE id > ${event}`);
    trial.sql(`DELETE FROM task_events WHERE id = ${event}`);
    expect(messagesOf(trial).join()).toMatch(/is done, its last event is claimed/);
  });

  it('sees a task that no event speaks of', () => {
    const trial = goodTrial();
    trial.sql("INSERT INTO tasks (id, title, status, created_at) VALUES ('stray', 'stray', 'ready', 0)");
    expect(messagesOf(trial)).toEqual([
      '1 tasks are not in the state that their last event left: task stray is ready, its last event is missing',
    ]);
  });

  it('copes with a kind of event that nobody wrote', () => {
    const trial = goodTrial();
    trial.sql(
      "UPDATE task_events SET kind = 'comp\u0001eted' WHERE id = (SELECT max(id) FROM task_events WHERE kind = 'completed')",
    );
    expect(messagesOf(trial)).toEqual([
      expect.stringContaining('does not have the digest of its contents'),
      expect.stringContaining('tasks are not in the state that their last event left'),
    ]);
  });

  it('sees a run that goes on although its task is done', () => {
    const trial = goodTrial();
    trial.sql(
      "UPDATE task_runs SET status = 'running' WHERE id = (SELECT id FROM task_runs WHERE status = 'done' LIMIT 1)",
    );
    expect(messagesOf(trial)).toEqual([
      expect.stringMatching(/^1 runs do not agree with their tasks: run \d+ is running, its task is done$/),
    ]);
  });

  it('sees a run that is over although its task is running', () => {
    const trial = goodTrial();
    trial.sql(
      "UPDATE task_runs SET status = 'done' WHERE id = (SELECT id FROM task_runs WHERE status = 'running' LIMIT 1)",
    );
    expect(messagesOf(trial)[0]).toMatch(/run \d+ is done, its task is running$/);
  });

  it('sees a run that its task has left', () => {
    const trial = goodTrial();
    trial.sql(
      "UPDATE tasks SET current_run_id = NULL WHERE id = (SELECT task_id FROM task_runs WHERE status = 'running' LIMIT 1)",
    );
    expect(messagesOf(trial)[0]).toMatch(/run \d+ is running, its task is in another run$/);
  });

  describe('on links', () => {
    // Of tasks that nobody completes, every child waits.
    const waiting = (): TrialFolder => goodTrial({ workload: { mix: { create: 1 }, operations: 20 } });
    const [PARENT, CHILD] = ['parent_id', 'child_id'].map((column) => `(SELECT ${column} FROM task_links LIMIT 1)`);

    it('is quiet when every link leads somewhere and every task that waits has one', () => {
      const trial = waiting();
      expect(trial.value('SELECT count(*) FROM task_links')).toBeGreaterThan(2);
      expect(trial.value("SELECT count(*) FROM tasks WHERE status = 'todo'")).toBeGreaterThan(2);
      expect(trial.findings(eventTrail)).toEqual([]);
    });

    it.each([
      ['parent', 'nobody', 'tw1.0-1'],
      ['child', 'tw1.0-1', 'nobody'],
    ])('sees a link whose %s is not there', (_which, parent, child) => {
      const trial = waiting();
      trial.sql('INSERT INTO task_links (parent_id, child_id) VALUES (?, ?)', parent, child);
      expect(trial.findings(eventTrail)).toEqual([
        {
          check: 'event-trail',
          severity: 'violation',
          message: `1 links do not agree with the tasks: ${parent} → ${child} leads to a task that is not there`,
          evidence: 'board.db',
        },
      ]);
    });

    it('sees the links of a task that is gone', () => {
      const trial = waiting();
      const links = Number(trial.value(`SELECT count(*) FROM task_links WHERE ${PARENT} IN (parent_id, child_id)`));
      trial.sql(`DELETE FROM tasks WHERE id = ${PARENT}`);
      expect(messagesOf(trial)).toEqual([expect.stringMatching(`^${links} links do not agree with the tasks: `)]);
    });

    it('sees a task that waits although its link is gone', () => {
      const trial = waiting();
      const orphan = String(trial.value(`SELECT ${CHILD}`));
      trial.sql('DELETE FROM task_links WHERE child_id = ?', orphan);
      expect(messagesOf(trial)).toEqual([
        `1 links do not agree with the tasks: task ${orphan} waits for a parent and has no link to one`,
      ]);
    });

    it('does not mind that a task which waits no more has no link', () => {
      const trial = waiting();
      trial.sql(`UPDATE tasks SET status = 'ready' WHERE id = ${CHILD}`);
      trial.sql(`DELETE FROM task_links WHERE child_id = ${CHILD}`);
      expect(trial.findings(eventTrail)).toEqual([]);
    });
  });

  it('says that the copy cannot be read where a page is damaged', () => {
    const trial = goodTrial();
    trial.spoil('task_events');
    expect(messagesOf(trial)).toEqual(['the copy cannot be read: SQLITE_CORRUPT: database disk image is malformed']);
  });
});
