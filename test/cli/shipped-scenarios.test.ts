import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readHistory } from '../../src/history/reader.ts';
import { query } from '../support/board.ts';
import { cellOf, crashboard, type Finished } from '../support/crashboard.ts';

it('burst-create: eight processes create 320 tasks at once, and all of them are there', async () => {
  const finished = await crashboard(['run', 'burst-create', '--strategy', 'immediate,write-flock-bounded', '--keep']);
  expect(finished.exitCode, finished.stdout).toBe(0);
  for (const id of ['immediate', 'write-flock-bounded']) {
    expect(cellOf(finished.run(), id)).toMatchObject({
      processes: 8,
      verdict: 'safe',
      operations: { acknowledged: 320 },
    });
    const board = join(finished.folder, 'trials', `burst-create-${id}-1`, 'board.db');
    expect(query(board, 'SELECT count(*) AS n FROM tasks')).toEqual([{ n: 320 }]);
    expect(query(board, 'PRAGMA quick_check')).toEqual([{ quick_check: 'ok' }]);
    expect(query(board, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(query(board, 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  }
});

it('fresh-open: each process shows the seven pragmas of #33696 on a board that all of them opened first', async () => {
  const finished = await crashboard(['run', 'fresh-open', '--cell', 'init-flock', '--trials', '1', '--keep']);
  expect(finished.exitCode, finished.stdout).toBe(0);
  expect(pragmasIn(finished, 'fresh-open-init-flock-1')).toEqual(
    Array.from({ length: 4 }, () => ({
      journal_mode: 'wal',
      synchronous: 2,
      secure_delete: 1,
      cell_size_check: 1,
      wal_autocheckpoint: 100,
      foreign_keys: 1,
      busy_timeout: 60_000,
    })),
  );
});

/** What each process of a trial saw of its pragmas. */
function pragmasIn({ folder }: Finished, trial: string): unknown[] {
  return globSync(join(folder, 'trials', trial, 'history', 'w*.history')).flatMap((path) =>
    [...readHistory(path)].flatMap((record) =>
      record.type === 'note' && record.name === 'pragmas' ? [record.data] : [],
    ),
  );
}

// Alarms come by chance: five to twenty in a run, once in some hundred runs none.
it('length-check-alarms: only the check that reads the file by hand raises false alarms', { retry: 1 }, async () => {
  const [raw, others] = await Promise.all([
    crashboard(['run', 'length-check-alarms', '--cell', 'raw-length']),
    crashboard(['run', 'length-check-alarms', '--cell', 'wal-skip,pragma-stat', '--processes', '2']),
  ]);
  expect(raw.exitCode, raw.stdout).toBe(0);
  const { errors, verdict, findings } = cellOf(raw.run(), 'raw-length');
  expect(errors['create LENGTH_CHECK']).toBeGreaterThan(0);
  expect(verdict).toBe('unsafe');
  expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['acknowledged', 'row-counts']));
  expect(raw.stdout).toMatch(/Errors told to callers: raw-length \d+ LENGTH_CHECK/);

  expect(others.exitCode, others.stdout).toBe(0);
  for (const id of ['wal-skip', 'pragma-stat']) {
    const cell = cellOf(others.run(), id);
    expect(cell.errors).not.toHaveProperty('create LENGTH_CHECK');
    expect(cell).toMatchObject({ verdict: 'safe', failures: 0 });
    expect(existsSync(join(others.folder, 'trials'))).toBe(false);
  }
});
