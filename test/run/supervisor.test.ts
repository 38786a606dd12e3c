import { globSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { BIN, cellOf, crashboard } from '../support/crashboard.ts';
import { LONG, scenarioFile } from '../support/scenario-file.ts';
import { openingsOf, tracing, whyNotTraced, type Opening } from '../support/strace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const notTraced = await whyNotTraced();

/** Kills and pauses, in WAL mode and with a rollback journal. */
const TWO_MODES: ScenarioInput = {
  ...LONG,
  strategies: [
    'immediate',
    { name: 'rollback', extends: 'immediate', axes: { pragmas: 'delete-full', connection: 'operation' } },
  ],
  faults: [
    { fault: 'kill', perSecond: 6, aim: 'write-lock' },
    { fault: 'pause', perSecond: 4, durationMs: 50 },
  ],
  durationMs: 1200,
  expect: { default: 'any' },
};

const DATABASE_FILES = ['board.db', 'board.db-wal', 'board.db-shm', 'board.db-journal'];

function ofDatabases(openings: readonly Opening[]): Opening[] {
  return openings.filter(({ path }) => DATABASE_FILES.includes(basename(path)));
}

it.skipIf(notTraced)('the supervisor never opens a file of the live database, by its own system calls', async () => {
  const traces = temporaryFolder();
  const path = scenarioFile(TWO_MODES);
  const before = tracing(traces);
  const { exitCode, run, stderr, folder } = await crashboard(['run', path, '--keep', '--trials', '2'], { before });
  expect(exitCode, stderr).toBe(0);
  const { kills, pauses } = cellOf(run(), 'immediate');
  expect(kills.total).toBeGreaterThan(0);
  expect(pauses).toBeGreaterThan(0);

  const opened = ofDatabases(openingsOf(traces, BIN));
  expect(opened.filter((opening) => basename(opening.path) !== 'board.db')).toEqual([]);
  // The templates that fresh boards are copied from are nobody's; of the board of a trial there is no other opening.
  const isTemplate = (opening: Opening): boolean => basename(dirname(dirname(opening.path))) === 'templates';
  expect(new Set(opened.filter(isTemplate).map(({ flags }) => flags))).toEqual(new Set(['O_RDONLY|O_CLOEXEC']));
  const boards = opened.filter((opening) => !isTemplate(opening));
  const trials = ['long-immediate-1', 'long-immediate-2', 'long-rollback-1', 'long-rollback-2'];
  expect(boards.map((board) => basename(dirname(board.path)))).toEqual(trials);
  for (const board of boards) {
    expect(board.flags).toBe('O_WRONLY|O_CREAT|O_CLOEXEC');
    const histories = globSync(join(folder, 'trials', basename(dirname(board.path)), 'history', 'w*'));
    expect(histories.length).toBeGreaterThanOrEqual(4);
    // A worker begins its history before it opens the board.
    expect(board.atMs).toBeLessThan(Math.min(...histories.map((history) => statSync(history).birthtimeMs)));
  }
});

it.skipIf(notTraced)('the trace shows one that does, on whatever thread, and not what its children open', async () => {
  const [folder, traces] = [temporaryFolder(), temporaryFolder()];
  const database = join(folder, 'board.db');
  for (const suffix of ['', '-wal', '-shm']) writeFileSync(database + suffix, 'x');
  const meddler = fileURLToPath(new URL('../fixtures/meddler.ts', import.meta.url));
  const [strace = '', ...options] = tracing(traces);
  await execa(strace, [...options, process.execPath, meddler, database]);

  const opened = ofDatabases(openingsOf(traces, meddler)).map(({ path }) => basename(path));
  expect(opened).toEqual(['board.db-wal', 'board.db']);
});

it.runIf(notTraced)('could not be traced', ({ skip }) => skip(notTraced));
