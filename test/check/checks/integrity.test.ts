import { truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { integrity } from '../../../src/check/checks/integrity.ts';
import { actorOn } from '../../support/actor.ts';
import { goodTrial } from '../trial-folder.ts';

describe('integrity', () => {
  it('is quiet on a sound database', () => {
    expect(goodTrial().findings(integrity)).toEqual([]);
  });

  it('sees a page of garbage with both pragmas, as left and checkpointed', () => {
    const trial = goodTrial();
    trial.spoil('task_events');
    const findings = trial.findings(integrity);
    expect(findings.map(({ message }) => message.split(':')[0])).toEqual([
      'quick_check on the database as left',
      'integrity_check on the database as left',
      'quick_check on the database checkpointed',
      'integrity_check on the database checkpointed',
    ]);
    for (const finding of findings) {
      expect(finding).toMatchObject({ check: 'integrity', severity: 'violation', evidence: 'board.db' });
      expect(finding.message).toMatch(/btreeInitPage|malformed/);
    }
  });

  it('sees an index that has lost entries, which quick_check does not', () => {
    const trial = goodTrial();
    trial.behindIndex('idx_runs_status', "UPDATE task_runs SET status = 'lost' WHERE id = 1");
    const findings = trial.findings(integrity);
    expect(findings.map(({ message }) => message)).toEqual([
      'integrity_check on the database as left: row 1 missing from index idx_runs_status',
      'integrity_check on the database checkpointed: row 1 missing from index idx_runs_status',
    ]);
  });

  it('sees an index that has entries too many, with both pragmas', () => {
    const trial = goodTrial();
    trial.behindIndex('idx_events_run', 'DELETE FROM task_events WHERE id > 10');
    const findings = trial.findings(integrity);
    expect(findings).toHaveLength(4);
    for (const { message } of findings) expect(message).toMatch(/: wrong # of entries in index idx_events_run$/);
  });

  it('shows three problems and counts the others', () => {
    const trial = goodTrial();
    trial.behindIndex('idx_tasks_status', "UPDATE tasks SET status = 'lost ' || id");
    const tasks = Number(trial.value('SELECT count(*) FROM tasks'));
    const [finding] = trial.findings(integrity);
    expect(finding?.message.match(/row \d+ missing from index idx_tasks_status/g)).toHaveLength(3);
    expect(finding?.message).toContain(`; and ${tasks - 3} more`);
  });

  it('sees a file that is no database any more', () => {
    const trial = goodTrial();
    trial.overwrite((bytes) => bytes.write('something else'));
    const findings = trial.findings(integrity);
    expect(findings).toHaveLength(4);
    for (const { message } of findings) expect(message).toContain('SQLITE_NOTADB: file is not a database');
  });

  it('sees a database that was cut off', () => {
    const trial = goodTrial();
    truncateSync(trial.databasePath, 20 * 4096);
    expect(trial.findings(integrity)).toHaveLength(4);
  });

  it('looks at what only the WAL holds, and once more when it is checkpointed', async () => {
    const trial = goodTrial();
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', "UPDATE tasks SET body = 'committed into the WAL, never checkpointed'");
    await actor.kill();
    expect(trial.findings(integrity)).toEqual([]);
    trial.overwrite((bytes) => bytes.fill(0xa5, 4096));
    const states = trial.findings(integrity).map(({ message }) => message.split(':')[0]);
    expect(states).toContain('integrity_check on the database as left');
    expect(states).toContain('integrity_check on the database checkpointed');
  });
});
