import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPTIONAL_COLUMNS } from '../../src/board/optional-columns.ts';
import { INDEXES, TABLES } from '../../src/board/schema.ts';
import { runFreely } from '../../src/step/run-freely.ts';
import { AXES, type Strategy } from '../../src/strategy/axes.ts';
import { axesInEnvironment } from '../../src/strategy/environment.ts';
import { promisedPragmas, readPragmas } from '../../src/strategy/policy/pragmas.ts';
import { STRATEGIES } from '../../src/strategy/presets/index.ts';
import { execute, openSession, query, sessionOn } from '../support/board.ts';
import { labelsOf } from '../support/stepper.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const byName = STRATEGIES.map((strategy): [string, Strategy] => [strategy.name, strategy]);
const axesOf = (strategy: Strategy) => axesInEnvironment(strategy, {});

/** What connections of a strategy must show, as the pull requests have it. */
const V1 = { journal_mode: 'wal', synchronous: 1, wal_autocheckpoint: 1000, busy_timeout: 30_000 };
const HARDENED = {
  journal_mode: 'wal',
  synchronous: 2,
  wal_autocheckpoint: 100,
  foreign_keys: 1,
  secure_delete: 1,
  cell_size_check: 1,
  busy_timeout: 30_000,
};
const EXPECTED_PRAGMAS: Record<string, Record<string, string | number>> = {
  unguarded: V1,
  deferred: V1,
  immediate: V1,
  recommended: { ...V1, synchronous: 2, busy_timeout: 5_000 },
  'init-mutex': V1,
  'duplicate-tolerant': V1,
  lease: V1,
  'full-100': { ...V1, synchronous: 2, wal_autocheckpoint: 100 },
  'write-flock': V1,
  hardened: HARDENED,
  'raw-length': HARDENED,
  'init-flock': { ...HARDENED, busy_timeout: 120_000 },
  'write-flock-bounded': HARDENED,
  'wal-skip': { ...V1, synchronous: 2, busy_timeout: 120_000 },
  'pragma-stat': { ...HARDENED, busy_timeout: 120_000 },
};

function oldBoard(path: string): void {
  execute(path, ['BEGIN', ...TABLES, ...INDEXES, 'COMMIT'].join(';'));
  execute(
    path,
    `INSERT INTO tasks (id, title, status, created_at, spawn_failures, last_spawn_error)
     VALUES ('old', 'from before', 'ready', 1, 7, 'spawn failed')`,
  );
}

function expectCurrent(path: string): void {
  for (const table of ['tasks', 'task_events'] as const) {
    const columns = query(path, `PRAGMA table_info(${table})`).map(({ name }) => String(name));
    for (const optional of OPTIONAL_COLUMNS.filter((column) => column.table === table)) {
      expect(columns.filter((column) => column === optional.column)).toEqual([optional.column]);
    }
  }
  expect(query(path, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const indexes = query(path, "SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'idx%'");
  expect(indexes).toHaveLength(12);
}

describe('the presets', () => {
  it('have names of their own', () => {
    expect(new Set(STRATEGIES.map(({ name }) => name)).size).toBe(STRATEGIES.length);
    expect(Object.keys(EXPECTED_PRAGMAS).toSorted()).toEqual(STRATEGIES.map(({ name }) => name).toSorted());
  });

  it.each(byName)('%s says where it comes from, or that it is a control or our own conclusion', (_, strategy) => {
    expect(strategy.source).toMatch(/#\d{5}|^control: |evidence of this harness/);
    expect(strategy.summary).not.toBe('');
  });

  it.each(byName)('%s has one known value on every axis', (_, { axes }) => {
    expect(Object.keys(axes).toSorted()).toEqual([...Object.keys(AXES), 'busyTimeoutMs'].toSorted());
    for (const [axis, values] of Object.entries(AXES)) {
      expect(values, axis).toContain(axes[axis as keyof typeof AXES]);
    }
  });

  it('differ from each other', () => {
    const order = [...Object.keys(AXES), 'busyTimeoutMs'];
    const distinct = new Set(STRATEGIES.map(({ axes }) => JSON.stringify(axes, order)));
    expect(distinct.size).toBe(STRATEGIES.length);
  });
});

describe.each(byName)('%s', (name, strategy) => {
  it('makes a fresh board, and shows the pragmas that it promises', () => {
    const path = join(temporaryFolder(), 'board.db');
    const session = openSession(path, axesOf(strategy));

    expectCurrent(path);
    expect(promisedPragmas(session.axes)).toEqual(EXPECTED_PRAGMAS[name]);
    expect(runFreely(readPragmas(session))).toEqual(EXPECTED_PRAGMAS[name]);
  });

  it('migrates an old board with tasks on it, once', () => {
    const path = join(temporaryFolder(), 'board.db');
    oldBoard(path);
    const session = openSession(path, axesOf(strategy));

    expectCurrent(path);
    expect(query(path, 'SELECT id, consecutive_failures AS n, last_failure_error AS error FROM tasks')).toEqual([
      { id: 'old', n: 7, error: 'spawn failed' },
    ]);
    // What has been counted since must not be copied over again by the next process that opens the board.
    execute(path, 'UPDATE tasks SET consecutive_failures = 0');
    runFreely(session.close());
    openSession(path, axesOf(strategy));
    expect(query(path, 'SELECT consecutive_failures AS n FROM tasks')).toEqual([{ n: 0 }]);
  });

  it('alters nothing on a board that is up to date', () => {
    const path = join(temporaryFolder(), 'board.db');
    runFreely(openSession(path, axesOf(strategy)).close());
    const labels = labelsOf(sessionOn(path, axesOf(strategy)).open());

    expect(labels.filter((label) => /^(ALTER|UPDATE)/.test(label))).toEqual([]);
    expectCurrent(path);
  });
});
