import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStamp } from '../../src/board/event-chain.ts';
import { OPTIONAL_COLUMNS } from '../../src/board/optional-columns.ts';
import { bundled } from '../../src/engine/bundled.ts';
import { readHistory } from '../../src/history/reader.ts';
import { Templates } from '../../src/trial/prepare.ts';
import { openSession, query } from '../support/board.ts';
import { smallCell } from '../support/cell.ts';
import { newChildContext } from '../support/child-context.ts';

function newTemplates() {
  const context = newChildContext();
  const { folder } = context;
  return { folder, templates: new Templates(join(folder, 'templates'), context) };
}

describe('the probe', () => {
  it('says which SQLite will run, and that locks work here', async () => {
    expect(await newTemplates().templates.probe()).toBe(bundled.sqliteVersion);
  });
});

describe('a board before its trial', () => {
  it('that is up to date has its tasks, and a history that explains every event on it', async () => {
    const { folder, templates } = newTemplates();
    const trial = join(folder, 'trial');
    await templates.layInto(trial, smallCell({ board: { start: 'current', tasks: 12 } }).cell);
    const path = join(trial, 'board.db');

    // Closed, and whole without its sidecars: only then may it be copied.
    expect(readdirSync(trial).toSorted()).toEqual(['board.db', 'history']);
    expect(query(path, 'SELECT count(*) AS n FROM tasks')).toEqual([{ n: 12 }]);
    const history = [...readHistory(join(trial, 'history', 'setup.history'))];
    const told = history.flatMap((record) => (record.type === 'ok' && record.event > 0 ? record.event : []));
    const events = query(path, 'SELECT payload FROM task_events ORDER BY id').map(({ payload }) => parseStamp(payload));
    expect(events.map((stamp) => stamp?.number)).toEqual(told);
    expect(new Set(events.map((stamp) => stamp?.worker))).toEqual(new Set(['setup']));
    expect(query(path, 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  });

  it('that is old has its tasks and none of the optional columns, and can be migrated', async () => {
    const { folder, templates } = newTemplates();
    const trial = join(folder, 'trial');
    await templates.layInto(trial, smallCell({ board: { start: 'old', tasks: 5 } }).cell);
    const path = join(trial, 'board.db');
    const columns = () =>
      ['tasks', 'task_events'].flatMap((table) =>
        query(path, `PRAGMA table_info(${table})`).map(({ name }) => `${table}.${name}`),
      );
    const optional = OPTIONAL_COLUMNS.map(({ table, column }) => `${table}.${column}`);

    expect(columns().filter((column) => optional.includes(column))).toEqual([]);
    openSession(path);
    expect(columns().filter((column) => optional.includes(column))).toHaveLength(22);
    expect(query(path, 'SELECT count(*) AS n FROM tasks')).toEqual([{ n: 5 }]);
    expect(query(path, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  it('that is fresh is not there', async () => {
    const { folder, templates } = newTemplates();
    await templates.layInto(join(folder, 'trial'), smallCell({ board: { start: 'fresh' } }).cell);
    expect(readdirSync(join(folder, 'trial'))).toEqual(['history']);
    expect(readdirSync(join(folder, 'trial', 'history'))).toEqual([]);
  });

  it('is in the journal mode of its strategy, and may be without tasks', async () => {
    const { folder, templates } = newTemplates();
    const { cell } = smallCell({
      board: { tasks: 0 },
      strategies: [{ name: 'rollback', axes: { pragmas: 'delete-full' } }],
    });
    await templates.layInto(join(folder, 'trial'), cell);
    const path = join(folder, 'trial', 'board.db');
    expect(query(path, 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'delete' }]);
    expect(query(path, 'SELECT count(*) AS n FROM tasks')).toEqual([{ n: 0 }]);
  });

  it('is made once and copied: what a trial does to it does not reach the next', async () => {
    const { folder, templates } = newTemplates();
    const { cell } = smallCell();
    await templates.layInto(join(folder, 'first'), cell);
    openSession(join(folder, 'first', 'board.db')).connection.exec('DELETE FROM tasks');
    await templates.layInto(join(folder, 'second'), cell);

    expect(query(join(folder, 'second', 'board.db'), 'SELECT count(*) AS n FROM tasks')).toEqual([{ n: 8 }]);
    expect(readdirSync(join(folder, 'templates'))).toHaveLength(1);
    expect(existsSync(join(folder, 'second', 'board.db-wal'))).toBe(false);
  });
});
