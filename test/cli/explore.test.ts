import { existsSync, globSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crashboard, startCrashboard } from '../support/crashboard.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const RACE = ['duplicate-column', '--situation', 'processes'];
const exploreRace = (strategy: string, ...more: string[]) =>
  crashboard(['explore', ...RACE, '--strategy', strategy, ...more]);
const tokenIn = (text: string): string => /crashboard replay '([^']+)'/.exec(text)?.[1] ?? '';

interface ExplorationJson {
  seed: string;
  cells: { verdict: string; interleavings: number; counterexample?: { failure: string; replayed: number } }[];
}
const resultOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'exploration.json'), 'utf8')) as ExplorationJson;

describe('crashboard explore', () => {
  it('shows the shortest interleaving of the duplicate-column race, and a line that replays it', async () => {
    const { exitCode, stdout, folder } = await exploreRace('unguarded', '--seed', 'a');

    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('SQLITE_ERROR: duplicate column name: consecutive_failures');
    expect(stdout).toContain('2 context switches · 100 of 100 replays');
    expect(stdout).toMatch(/A · process 1 +B · process 2/);
    expect(stdout).toContain('seed a · SQLite 3.');
    const [cell] = resultOf(folder).cells;
    expect(cell).toMatchObject({ verdict: 'unsafe', counterexample: { replayed: 100 } });
    expect(stdout).toContain(`report.html`);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('duplicate column name: consecutive_failures');
    const again = await crashboard(['report', folder]);
    expect(again.stdout).toContain('2 context switches · 100 of 100 replays');

    const replayed = await crashboard(['replay', tokenIn(stdout), '--confirm']);
    expect(replayed.exitCode, replayed.all).toBe(0);
    expect(replayed.stdout).toContain('100 of 100 replays came out the same');
    expect(replayed.stdout).toContain('Real processes do the same');
  });

  it('says in words that a policy was explored to the end', async () => {
    const { exitCode, stdout, folder } = await exploreRace('immediate');
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/Explored to the end in 1 cell: \d+ interleavings within the bound, none fails\./);
    expect(resultOf(folder).cells[0]).toMatchObject({ verdict: 'safe' });
  });

  it('that runs out of time is inconclusive, and says how far it came', async () => {
    const { exitCode, stdout, stderr } = await exploreRace('immediate', '--bound', '6', '--time', '300ms');
    expect(exitCode, stdout).toBe(3);
    expect(stderr).toMatch(/\? immediate, processes: [\d,]+ interleavings .* no time left/);
  });

  it('that finds what should not be there exits with 1', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'mine.mjs');
    writeFileSync(path, WRONG_EXPECTATION);
    const { exitCode, stdout } = await crashboard(['explore', path]);
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('Not as expected: unguarded in two should be safe.');
    const replayed = await crashboard(['replay', tokenIn(stdout), '--times', '3']);
    expect(replayed.exitCode, replayed.all).toBe(1);
  });

  it('several in one run: the reports that were asked for tell of all of them', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'mine.mjs'), WRONG_EXPECTATION);
    writeFileSync(join(cwd, 'other.mjs'), WRONG_EXPECTATION.replace("name: 'mine'", "name: 'other'"));
    const wish = ['--reporter', 'junit', '--output-file.junit', 'build/junit.xml'];
    const { exitCode, all } = await crashboard(['run', './mine.mjs', './other.mjs', ...wish], { cwd });
    expect(exitCode, all).toBe(1);
    const xml = readFileSync(join(cwd, 'build', 'junit.xml'), 'utf8');
    expect(xml.match(/<testsuite name="[^"]+"/g)).toEqual([
      '<testsuite name="crashboard.mine"',
      '<testsuite name="crashboard.other"',
    ]);
    expect(xml).toContain('crashboard replay ');
  });

  it('leaves nothing behind, also after Ctrl-C', async () => {
    const run = startCrashboard(['explore', 'duplicate-column', '--bound', '6', '--strategy', 'immediate']);
    while (foldersOf(run.pid).length === 0 || !run.said().includes('seed'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 700));
    process.kill(run.pid, 'SIGINT');
    const { exitCode } = await run.finished;
    expect(exitCode).toBe(130);
    expect(foldersOf(run.pid)).toEqual([]);
  });
});

describe('bad input', () => {
  it.each([
    [['replay', '0.1.0/duplicate-column/processes/unguarded/A19B2'], 'the token is cut off'],
    [['replay', 'nonsense'], 'the token is cut off'],
    [['explore', 'duplicate-colum'], 'did you mean "duplicate-column"'],
    [['explore', 'sigkill-storm'], '`crashboard run sigkill-storm` carries it out'],
    [
      ['explore', 'duplicate-column', '--strategy', 'unguardet'],
      'no strategy of this exploration is named "unguardet"',
    ],
    [
      ['explore', 'duplicate-column', '--situation', 'proceses'],
      'no situation of this exploration is named "proceses"',
    ],
    [['explore', 'duplicate-column', '--scheduler', 'luck'], 'Allowed choices are depth-first, random-walk, pct'],
    [['explore', 'duplicate-column', '--reporter', 'junitt'], 'did you mean "junit"'],
    [['explore', 'duplicate-column', '--bound', '-1'], 'expected a whole number from 0 to 20'],
  ])('%j is refused in words', async (args, words) => {
    const { exitCode, stderr, output } = await crashboard(args);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(2);
    expect(existsSync(output)).toBe(false);
  });

  it('a token of another version is refused', async () => {
    const { stdout } = await exploreRace('unguarded');
    const token = tokenIn(stdout);
    const other = await crashboard(['replay', token.replace(/^[\d.]+/, '9.9.9')]);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('checksum does not match');
  });

  it('a malformed exploration names the field', async () => {
    const path = join(temporaryFolder(), 'mine.mjs');
    writeFileSync(path, WRONG_EXPECTATION.replace('processes: [0, 1]', 'processes: [0]'));
    const { exitCode, stderr } = await crashboard(['explore', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('situations.0.processes: expected one process number per program');
  });
});

describe('a counterexample that is saved', () => {
  it('is replayed first by crashboard run, and is a violation while it fails', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'mine.mjs'), WRONG_EXPECTATION);
    await crashboard(['explore', './mine.mjs', '--save', 'counterexamples'], { cwd });
    expect(readdirSync(join(cwd, 'counterexamples'))).toEqual(['mine-mjs-two-unguarded.json']);

    const fails = await crashboard(['run', './mine.mjs'], { cwd });
    expect(fails.exitCode, fails.all).toBe(1);
    expect(fails.stdout).toMatch(/^✗ counterexamples\/mine-mjs-two-unguarded\.json: fails: SQLITE_ERROR: duplicate/);

    writeFileSync(join(cwd, 'mine.mjs'), WRONG_EXPECTATION.replace('axes: {}', "axes: { firstOpen: 'immediate' }"));
    const mended = await crashboard(['run', './mine.mjs'], { cwd });
    expect(mended.exitCode, mended.all).toBe(0);
    expect(mended.stdout).toMatch(
      /^✓ counterexamples\/mine-mjs-two-unguarded\.json: does not fail any more \(.*at step/,
    );
  });

  it('does not overwrite a file of somebody else', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'mine.mjs'), WRONG_EXPECTATION);
    mkdirSync(join(cwd, 'kept'));
    const path = join(cwd, 'kept', 'mine-mjs-two-unguarded.json');
    writeFileSync(path, '{"mine": true}');
    const { exitCode, stderr } = await crashboard(['explore', './mine.mjs', '--save', 'kept'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('is no saved counterexample of Crashboard; move it away');
    expect(readFileSync(path, 'utf8')).toBe('{"mine": true}');
  });
});

/** Explorers lay their boards there. */
function foldersOf(pid: number): string[] {
  return globSync(`{/dev/shm,${tmpdir()}}/crashboard-explore-${pid}-*`);
}

const WRONG_EXPECTATION = `
import { defineExploration } from 'crashboard';
const open = function* (session) { yield* session.open(); };
export default defineExploration({
  name: 'mine',
  question: 'Is it safe?',
  strategies: [{ name: 'unguarded', extends: 'unguarded', axes: {} }],
  situations: [{
    name: 'two',
    summary: 'two processes open an old board',
    board: { start: 'old', lacks: ['session_id'] },
    programs: [open, open],
    processes: [0, 1],
    check: ({ actors }) => {
      const threw = actors.find(({ how }) => how === 'threw');
      return threw && threw.code + ': ' + threw.message;
    },
  }],
  expect: { default: 'safe' },
});
`;
