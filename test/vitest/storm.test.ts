import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { BRIEF, BRIEFLY_UNSAFE } from '../support/scenario-file.ts';
import { PROJECT } from '../support/crashboard.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A project of a user's with these tests, as Vitest sees it. */
async function vitest(tests: string): Promise<{ exitCode: number | undefined; stdout: string; cwd: string }> {
  const cwd = temporaryFolder();
  const source = (path: string): string => JSON.stringify(join(PROJECT, path));
  const alias = `{ 'crashboard/vitest': ${source('src/vitest/index.ts')}, vitest: ${source('node_modules/vitest/dist/index.js')} }`;
  writeFileSync(join(cwd, 'board.test.ts'), `import { storm } from 'crashboard/vitest';\n${tests}`);
  writeFileSync(
    join(cwd, 'vitest.config.mjs'),
    `export default { resolve: { alias: ${alias} }, server: { fs: { strict: false } } };\n`,
  );
  const { NODE_OPTIONS: _, VITEST: _vitest, ...env } = process.env;
  const bin = join(PROJECT, 'node_modules', 'vitest', 'vitest.mjs');
  const options = { cwd, env: { ...env, NO_COLOR: '1' }, extendEnv: false, reject: false, all: true } as const;
  const { exitCode, all } = await execa(process.execPath, [bin, 'run', '--root', cwd], options);
  return { exitCode, stdout: all, cwd };
}

describe('storm', () => {
  it('makes a green test of what is as expected and a red one of what is not, with what was found', async () => {
    const [green, red] = [BRIEF, BRIEFLY_UNSAFE].map((scenario) => JSON.stringify(scenario));
    const { exitCode, stdout, cwd } = await vitest(
      `await storm(${green});\nawait storm(${red}, { seed: 'a', trials: 2 });\n`,
    );
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toMatch(/✓ short/);
    expect(stdout).toMatch(/FAIL +board\.test\.ts > soon-unsafe > rollback/);
    expect(stdout).toContain(
      'StormError: rollback + raw-read(database) in-transaction is unsafe, expected safe: locks:',
    );
    expect(stdout).toContain('what to do: Do not open and close the database');
    // The interleaving: what each worker did, line by line.
    expect(stdout).toMatch(/What the workers did around the first sign of damage:\n +ms +w1 +w2/);
    expect(stdout).toContain('◆ locks');
    expect(stdout).toContain("replay: storm(…, { trials: 2, seed: 'a' }) and vitest -t 'soon-unsafe rollback'");
    const [, report = ''] = /report: (.*)/.exec(stdout) ?? [];
    expect(existsSync(join(cwd, report))).toBe(true);
    // The green one leaves nothing.
    expect(readdirSync(join(cwd, 'reports')).filter((name) => /-\w+$/.test(name))).toHaveLength(1);
  });

  it('refuses a malformed scenario as the file is read', async () => {
    const { exitCode, stdout } = await vitest(`await storm({ name: 'x', question: 'y', strategies: ['imediate'] });\n`);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('did you mean "immediate"?');
  });
});
