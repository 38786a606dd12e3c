import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { BIN, crashboard, type Circumstances } from '../support/crashboard.ts';
import { SHORT, scenarioFile, sourceFile } from '../support/scenario-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { treeOf } from '../support/tree.ts';

/** A folder of the user's, in which the program is started. */
let home = '';

beforeEach(() => {
  home = temporaryFolder();
  chmodSync(home, 0o755);
  writeFileSync(join(home, 'mine.txt'), 'do not touch\n');
});

/** Runs what cannot be run; nothing may change. @returns the message. */
async function refused(args: readonly string[], circumstances: Circumstances = {}): Promise<string> {
  const before = treeOf(home);
  const { exitCode, stdout, stderr } = await crashboard(args, { cwd: home, output: null, ...circumstances });
  expect(exitCode, stderr).toBe(2);
  expect(stdout).toBe('');
  expect(treeOf(home)).toEqual(before);
  expect(stderr.match(/^crashboard: /gm), stderr).toHaveLength(1);
  expect(stderr).not.toMatch(/^ {4}at /m);
  return stderr;
}

describe('a command line that cannot be meant', () => {
  it.each([
    ['an unknown command', 'rnu', /unknown command 'rnu'\n\(Did you mean run\?\)/],
    ['an unknown option', 'run --trails 3', /unknown option '--trails'\n\(Did you mean --trials\?\)/],
    ['an option of no command', 'list --output x', /unknown option '--output'/],
    ['an argument too many', 'list all', /too many arguments for 'list'/],
    ['an option without its value', 'run --seed', /option '--seed <seed>' argument missing/],
    [
      'a negative duration',
      'run --duration -5s',
      /'--duration <time>' argument '-5s' is invalid. expected a time from/,
    ],
    [
      'a duration that is none',
      'run --duration soon',
      /'soon' is invalid. expected a time .*, such as 500ms, 5s or 2m/,
    ],
    ['a duration without a unit', 'run --duration 30', /'30' is invalid. expected a time .* with its unit/],
    ['a duration of more than a day', 'run --duration 25h', /'25h' is invalid. expected a time from 10ms to 24h/],
    ['no processes', 'run --processes 0', /'--processes <n>' argument '0' is invalid. expected a whole number from 1/],
    ['processes that are no number', 'run --processes many', /'many' is invalid. expected a whole number/],
    ['half a thread', 'run --threads 1.5', /'1.5' is invalid. expected a whole number from 1 to 64/],
    ['no trials', 'run --trials 0', /'--trials <n>' argument '0' is invalid/],
    ['a seed that a shell would not keep', 'run --seed a/b', /'a\/b' is invalid. expected 1 to 64 letters, digits/],
    ['names that are none', 'run --strategy ,', /argument ',' is invalid. expected names separated by commas/],
    ['an unknown scenario', 'run sigkil-storm', /no scenario is named "sigkil-storm" — did you mean "sigkill-storm"\?/],
    ['an unknown strategy', 'run sigkill-storm --strategy imediate', /no strategy is .* — did you mean "immediate"\?/],
    [
      'an unknown cell',
      'run sigkill-storm --cell control-raw-rea',
      /no cell is .* — did you mean "control-raw-read"\?/,
    ],
    [
      'a cell that the strategies exclude',
      'run sigkill-storm --cell immediate --strategy lease',
      /no cell is left: none of immediate belongs to lease; give one of the two options/,
    ],
    ['the same scenario twice', 'run burst-create burst-create', /two scenarios are named "burst-create"/],
  ])('%s', async (_what, line, message) => {
    expect(await refused(line.split(' '))).toMatch(message);
  });

  it('an empty value', async () => {
    expect(await refused(['run', '--duration', ''])).toMatch(/argument '' is invalid. expected a time/);
  });
});

describe('a scenario file that is none', () => {
  const refusedFile = (text: string): Promise<string> => refused(['run', sourceFile('mine.ts', text)]);

  it('malformed: every field that is wrong, and why', async () => {
    const message = await refusedFile(
      `import { defineScenario } from 'crashboard';
       export default defineScenario({
         name: 'mine', question: 'Which?', durationMs: -5, strategies: ['imediate'], workers: { proceses: 4 },
         faults: [{ fault: 'kil', perSecond: 0 }],
       });`,
    );
    expect(message).toMatch(/mine\.ts: scenario "mine" is malformed:\n/);
    expect(message).toMatch(/✖ Unrecognized key: "proceses"\n {2}→ at workers/);
    expect(message).toMatch(/✖ .*expected number to be >=10\n {2}→ at durationMs/);
    expect(message).toMatch(
      /✖ no strategy is named "imediate" — did you mean "immediate"\?.*\n {2}→ at strategies\[0\]/,
    );
    expect(message).toMatch(/✖ .*expected one of "kill"\|.*\n {2}→ at faults\[0\]\.fault/);
    expect(message).toMatch(/✖ .*expected number to be >0\n {2}→ at faults\[0\]\.perSecond/);
  });

  it('a plain object is checked as well', async () => {
    expect(await refusedFile('export default { name: "mine" };')).toMatch(/→ at question/);
  });

  it('without a scenario in it', async () => {
    expect(await refusedFile('export const scenario = {};')).toMatch(/no scenario in it; expected `export default/);
  });

  it('that throws: with the line', async () => {
    expect(await refusedFile('\nthrow new Error("boom");')).toMatch(/mine\.ts:2: the file does not load: Error: boom/);
  });

  it('that does not parse: with the line', async () => {
    expect(await refusedFile('const a: number = 1;\nexport default { a,, };')).toMatch(/mine\.ts:2: .*SyntaxError/);
  });

  it('that imports what is not there', async () => {
    expect(await refusedFile('import "./gone.ts";')).toMatch(/does not load: .*gone\.ts/);
  });

  it('that does not exist, or is a folder', async () => {
    expect(await refused(['run', './gone.ts'])).toMatch(/^crashboard: \.\/gone\.ts: no such file/);
    expect(await refused(['run', './'])).toMatch(/^crashboard: \.\/: is not a file; give the path of a scenario file/);
  });
});

describe('an output folder that cannot be written', () => {
  const refusedOutput = (output: string, circumstances: Circumstances = {}): Promise<string> =>
    refused(['run', scenarioFile(SHORT), '--output', output], circumstances);

  it.each([
    ['a file', 'mine.txt', /--output mine\.txt: is a file; give the path of a folder/],
    ['below a file', 'mine.txt/results', /--output mine\.txt\/results: a part of the path is a file/],
    ['in /proc', '/proc/results', /--output \/proc\/results: no folder can be made there/],
    ['with a name that is too long', `new/${'x'.repeat(300)}`, /: the path is too long/],
  ])('%s', async (_what, output, message) => {
    expect(await refusedOutput(output)).toMatch(message);
  });

  it('without permission', async ({ skip }) => {
    const isRoot = process.getuid?.() === 0;
    // To root nothing is forbidden: the program runs as nobody then, who may be unable to read it.
    const circumstances: Circumstances = isRoot ? { uid: 65_534 } : {};
    if (isRoot && (await crashboard(['list'], circumstances)).exitCode !== 0) skip('nobody cannot read this checkout');
    mkdirSync(join(home, 'theirs'), { mode: 0o555 });
    const path = scenarioFile(SHORT);
    chmodSync(join(path, '..'), 0o755);
    for (const output of ['theirs', 'theirs/results']) {
      const message = await refused(['run', path, '--output', output], circumstances);
      expect(message).toContain(`--output ${output}: no permission to write there`);
    }
  });

  it('with somebody else’s files', async () => {
    mkdirSync(join(home, 'photos'));
    writeFileSync(join(home, 'photos', 'cat.jpg'), 'meow');
    expect(await refusedOutput('photos')).toMatch(/holds files that are not crashboard's \("cat\.jpg" for one\)/);
    expect(await refusedOutput('.')).toMatch(/holds files that are not crashboard's/);
  });

  it.each([
    ['file', (path: string) => writeFileSync(path, 'mine')],
    ['folder', (path: string) => mkdirSync(path)],
    ['link to another place', (path: string) => symlinkSync('/etc', path)],
  ])('whose latest is somebody else’s %s', async (_what, make) => {
    mkdirSync(join(home, 'results'));
    writeFileSync(join(home, 'results', '.crashboard'), '');
    make(join(home, 'results', 'latest'));
    expect(await refusedOutput('results')).toMatch(/its "latest" is not a link of ours; move it away/);
  });
});

describe('an environment that the modelled program would not accept', () => {
  it.each(['soon', '-1', '99999999999'])('HERMES_KANBAN_BUSY_TIMEOUT_MS=%j', async (value) => {
    const message = await refused(['run', 'burst-create'], { env: { HERMES_KANBAN_BUSY_TIMEOUT_MS: value } });
    expect(message).toContain(
      `HERMES_KANBAN_BUSY_TIMEOUT_MS: expected a whole number of milliseconds from 0 to 2147483647, got "${value}"`,
    );
  });
});

describe('a Node.js that is too old', () => {
  const tooOld = /^crashboard: needs Node\.js 22\.18 or newer; this is v[\d.]+ \(.*\)\n$/;

  it('is told so, by any version that can start the program', async () => {
    const fixture = new URL('../fixtures/old-node.cjs', import.meta.url).pathname;
    expect(await refused(['run'], { node: ['--require', fixture] })).toMatch(tooOld);
  });

  it('is told so by the one of this machine', async ({ skip }) => {
    const old = await oldNode();
    if (old === undefined) return skip('/usr/bin/node is not there, or not older than 22.18');
    const before = treeOf(home);
    const { exitCode, stderr } = await execa(old, [BIN, 'run'], { cwd: home, reject: false, stripFinalNewline: false });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(tooOld);
    expect(treeOf(home)).toEqual(before);
  });
});

async function oldNode(): Promise<string | undefined> {
  const { stdout, exitCode } = await execa('/usr/bin/node', ['--version'], { reject: false });
  const [major = 0, minor = 0] = stdout.slice(1).split('.').map(Number);
  return exitCode === 0 && (major < 22 || (major === 22 && minor < 18)) ? '/usr/bin/node' : undefined;
}
