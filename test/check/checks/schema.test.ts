import { describe, expect, it } from 'vitest';
import { schema } from '../../../src/check/checks/schema.ts';
import { LATE_INDEXES, OPTIONAL_COLUMNS } from '../../../src/board/optional-columns.ts';
import { messageOf } from '../../../src/strategy/errors.ts';
import { sessionOn } from '../../support/board.ts';
import { Stepper } from '../../support/stepper.ts';
import { goodTrial, TrialFolder } from '../trial-folder.ts';

describe('schema', () => {
  it('is quiet when the migration is complete', () => {
    expect(goodTrial().findings(schema)).toEqual([]);
  });

  it('is quiet when opens failed for other reasons', () => {
    const trial = goodTrial();
    trial.record(
      'w1.0',
      { type: 'invoke', operation: 900, kind: 'open', event: 0, atNs: 1, request: '-' },
      {
        type: 'fail',
        operation: 900,
        atNs: 2,
        latencyNs: 1,
        event: 0,
        code: 'SQLITE_BUSY',
        message: 'database is locked',
      },
    );
    expect(trial.findings(schema)).toEqual([]);
  });

  it('sees a column that is missing', () => {
    const trial = goodTrial();
    trial.sql('ALTER TABLE tasks DROP COLUMN skills');
    expect(trial.findings(schema)).toEqual([
      {
        check: 'schema',
        severity: 'violation',
        message: 'the schema is not complete: tasks.skills missing',
        evidence: 'board.db',
      },
    ]);
  });

  it('sees indexes that are missing, early ones and late ones', () => {
    const trial = goodTrial();
    trial.sql('DROP INDEX idx_runs_status');
    trial.sql('DROP INDEX idx_events_run');
    expect(trial.findings(schema).map(({ message }) => message)).toEqual([
      'the schema is not complete: idx_runs_status, idx_events_run missing',
    ]);
  });

  it('sees a board that nobody has migrated', async () => {
    const trial = new TrialFolder({ board: { start: 'old' } });
    await trial.workElsewhere('setup', { workload: { ...trial.assignment().workload, operations: 1 } }, 'old');
    const [finding] = trial.findings(schema);
    expect(finding?.message).toMatch(
      /^the schema is not complete: tasks\.tenant, tasks\.result, .* idx_events_run missing$/,
    );
    expect(finding?.message.split(', ')).toHaveLength(OPTIONAL_COLUMNS.length + LATE_INDEXES.length);
    // Ctrl-C may come before the first worker has opened it.
    expect(trial.know({ interrupted: true }).findings(schema)).toEqual([]);
  });

  it('sees the race of two unguarded migrations, by the error that one of them got', () => {
    const trial = new TrialFolder();
    const [first, second] = ['w1.0', 'w2.0'].map((worker) => {
      const axes = { firstOpen: 'unguarded', initialisedCache: 'none', busyTimeoutMs: 0 } as const;
      return new Stepper(sessionOn(trial.databasePath, axes, { worker }).open());
    }) as [Stepper<void>, Stepper<void>];
    first.advanceTo(/^ALTER/);
    second.finish();
    let error: unknown;
    try {
      first.finish();
    } catch (thrown) {
      error = thrown;
    }
    trial.record(
      'w1.0',
      { type: 'invoke', operation: 1, kind: 'open', event: 0, atNs: 1, request: '-' },
      { type: 'fail', operation: 1, atNs: 2, latencyNs: 1, event: 0, code: 'SQLITE_ERROR', message: messageOf(error) },
    );
    expect(trial.findings(schema)).toEqual([
      {
        check: 'schema',
        severity: 'violation',
        message: '1 opens failed with "duplicate column name: tenant", the first in worker w1.0',
        mechanism: expect.stringContaining('migration race') as string,
        evidence: 'history/w1.0.history',
      },
    ]);
  });
});
