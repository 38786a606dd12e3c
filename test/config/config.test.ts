import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crashboard, type Circumstances } from '../support/crashboard.ts';
import { BRIEF, scenarioFile } from '../support/scenario-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A project with this config. */
function project(config: string, name = 'crashboard.config.ts'): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'scenarios'));
  const text = `export default ${JSON.stringify({ ...BRIEF, trials: 2 })};\n`;
  writeFileSync(join(folder, 'scenarios', 'mine.ts'), text);
  writeFileSync(join(folder, name), config);
  return folder;
}

const CONFIG = `import { defineConfig } from 'crashboard';
export default defineConfig({
  scenarios: ['./scenarios/mine.ts'], trials: 3, seed: 'config', output: 'results', reporters: ['csv'],
});
`;

async function trialsIn(cwd: string, args: string[] = [], env: Record<string, string> = {}): Promise<number> {
  const { exitCode, all } = await crashboard(['run', ...args], { cwd, env, output: null });
  expect(exitCode, all).toBe(0);
  const csv = readFileSync(join(cwd, 'results', 'latest', 'cells.csv'), 'utf8').split('\r\n');
  return Number(csv[1]?.split(',')[csv[0]?.split(',').indexOf('trials') ?? 0]);
}

describe('precedence', () => {
  it('is command line, environment, config, default', async () => {
    const cwd = project(CONFIG);
    expect(await trialsIn(cwd)).toBe(3);
    expect(await trialsIn(cwd, [], { CRASHBOARD_TRIALS: '1' })).toBe(1);
    expect(await trialsIn(cwd, ['--trials', '2'], { CRASHBOARD_TRIALS: '1' })).toBe(2);
    expect(await trialsIn(project(CONFIG.replace('trials: 3, ', '')))).toBe(2);
    expect(readdirSync(cwd).toSorted()).toEqual(['crashboard.config.ts', 'results', 'scenarios']);
  });

  it('holds for what is run: named scenarios come before those of the config', async () => {
    const path = scenarioFile({ ...BRIEF, name: 'other' });
    const { stderr } = await crashboard(['run', path], { cwd: project(CONFIG) });
    expect(stderr).toMatch(/^other: /);
  });
});

describe('a config', () => {
  it('somewhere else is found by --config; its paths begin where it lies', async () => {
    const folder = project(CONFIG, 'odd.mjs');
    const cwd = join(folder, '..');
    const { exitCode, stdout, all } = await crashboard(['run', '--config', join(basename(folder), 'odd.mjs')], {
      cwd,
      output: null,
    });
    expect(exitCode, all).toBe(0);
    expect(stdout).toContain(`results in ${basename(folder)}/results/`);
  });

  const refused = async (config: string, circumstances: Circumstances = {}, args: string[] = []): Promise<string> => {
    const cwd = project(config);
    const { exitCode, stderr } = await crashboard(['run', ...args], { cwd, output: null, ...circumstances });
    expect(exitCode).toBe(2);
    expect(readdirSync(cwd).toSorted()).toEqual(['crashboard.config.ts', 'scenarios']);
    return stderr;
  };

  it('with unknown keys and wrong values is refused: every one of them is named', async () => {
    const message = await refused('export default { trals: 3, processes: 0, reporters: [{}], seed: "a b" };');
    expect(message).toMatch(/^crashboard: crashboard\.config\.ts: the config is malformed:\n/);
    expect(message).toContain('✖ Unrecognized key: "trals"');
    expect(message).toMatch(/→ at processes/);
    expect(message).toMatch(/expected the name of a reporter, the path of your own.*\n {2}→ at reporters\[0\]/);
    expect(message).toMatch(/✖ expected 1 to 64 letters.*\n {2}→ at seed/);
  });

  it.each([
    ['throws', 'throw new Error("boom");', /crashboard\.config\.ts: the file does not load: Error: boom/],
    ['holds none', 'export const config = {};', /no config in it; expected `export default defineConfig/],
  ])('that %s is refused', async (_what, text, message) => {
    expect(await refused(text)).toMatch(message);
  });

  it('that is asked for and not there is refused', async () => {
    expect(await refused(CONFIG, {}, ['--config', 'gone.ts'])).toMatch(/--config gone\.ts: no such file/);
  });

  it('a variable with a wrong value is refused as on the command line', async () => {
    const message = await refused(CONFIG, { env: { CRASHBOARD_TRIALS: 'many' } });
    expect(message).toMatch(/from env 'CRASHBOARD_TRIALS' is invalid\. expected a whole number from 1 to 100000/);
  });
});
