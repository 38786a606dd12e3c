import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { BIN, cellOf, crashboard } from '../support/crashboard.ts';
import { LONG, scenarioFile } from '../support/scenario-file.ts';
import { processesIn, tracing, whyNotTraced, type TracedProcess } from '../support/strace.ts';
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

/** What a process opened of a database and its sidecars. */
function openedOfBoards({ openings }: TracedProcess): { file: string; folder: string; flags: string; at: number }[] {
  return openings
    .map(({ path, flags, at }) => ({ file: basename(path), folder: dirname(path), flags, at }))
    .filter(({ file }) => /^board\.db(-wal|-shm|-journal)?$/.test(file));
}

it.skipIf(notTraced)('the supervisor never opens a file of the live database, by its own system calls', async () => {
  const traces = temporaryFolder();
  const path = scenarioFile(TWO_MODES);
  const { exitCode, run, stderr } = await crashboard(['run', path, '--keep', '--trials', '2'], {
    before: tracing(traces),
  });
  expect(exitCode, stderr).toBe(0);
  expect(cellOf(run(), 'immediate').kills.total, 'kills in a traced run').toBeGreaterThan(0);

  const all = processesIn(traces);
  const supervisor = all.filter(({ command }) => command.includes(`"${BIN}"`));
  expect(supervisor).toHaveLength(1);
  const own = supervisor.flatMap(openedOfBoards);
  const others = all.filter((process) => !supervisor.includes(process)).flatMap(openedOfBoards);
  const workers = all.filter(({ command }) => /worker\/main\.[tj]s"/.test(command));
  expect(workers.length).toBeGreaterThanOrEqual(8);

  expect(own.filter(({ file }) => file !== 'board.db')).toEqual([]);
  const trials = [...new Set(others.map(({ folder }) => folder))].filter((folder) => /\/work\/[^/]+-\d+$/.test(folder));
  expect(trials).toHaveLength(4);
  for (const trial of trials) {
    // The trace sees what it is to see: those who may open the database are in it.
    expect(others.filter(({ folder, file }) => folder === trial && file === 'board.db').length).toBeGreaterThan(4);
    const opened = own.filter(({ folder }) => folder === trial);
    expect(opened.map(({ flags }) => flags)).toEqual(['O_WRONLY|O_CREAT|O_CLOEXEC']);
    const first = Math.min(
      ...workers.flatMap(openedOfBoards).flatMap(({ folder, at }) => (folder === trial ? at : [])),
    );
    expect(opened[0]?.at).toBeLessThan(first);
  }
  // What is left are the templates that fresh boards are copied from: read, and nobody's.
  const rest = own.filter(({ folder }) => !trials.includes(folder));
  expect(rest.every(({ folder, flags }) => folder.includes('/work/templates/') && flags.startsWith('O_RDONLY'))).toBe(
    true,
  );
});

it.skipIf(notTraced)('the trace shows one that does, on whatever thread, and not what its children open', async () => {
  const [folder, traces] = [temporaryFolder(), temporaryFolder()];
  const database = join(folder, 'board.db');
  for (const suffix of ['', '-wal', '-shm']) writeFileSync(database + suffix, 'x');
  const meddler = fileURLToPath(new URL('../fixtures/meddler.ts', import.meta.url));
  const [strace = '', ...options] = tracing(traces);
  await execa(strace, [...options, process.execPath, meddler, database]);

  const processes = processesIn(traces);
  const opened = (what: RegExp): string[] =>
    processes
      .filter(({ command }) => what.test(command))
      .flatMap((process) => openedOfBoards(process).map(({ file }) => file));
  expect(opened(/meddler\.ts"/)).toEqual(['board.db-wal', 'board.db']);
  expect(opened(/"cat"/)).toEqual(['board.db-shm']);
  expect(readdirSync(traces).length, 'threads of the meddler in the trace').toBeGreaterThan(processes.length);
});

it.runIf(notTraced)('could not be traced', ({ skip }) => skip(notTraced));
