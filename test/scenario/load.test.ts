import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shippedScenarios } from '../../src/scenario/load.ts';
import { nearest } from '../../src/scenario/nearest.ts';
import type { Loaded } from '../fixtures/load-scenario.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LOADER = fileURLToPath(new URL('../fixtures/load-scenario.ts', import.meta.url));

/** Loads with the module loader of Node itself, in a process of its own: there is none other in production. */
function load(folder: string, ...references: string[]): Loaded[] {
  const { stdout, stderr } = spawnSync(process.execPath, [LOADER, folder, ...references], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Loaded[];
}

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const error = (message: RegExp) => ({ error: { name: 'ScenarioError', message: expect.stringMatching(message) } });
const valid = (name: string) =>
  `import { defineScenario } from 'crashboard';\nexport default defineScenario({ name: '${name}', question: 'q?' });\n`;

describe('loadScenario', () => {
  it('loads every shipped scenario by its name, from whatever folder', () => {
    const names = shippedScenarios();
    expect(names).toContain('sigkill-storm');
    expect(load(temporaryFolder(), ...names)).toEqual(names.map((scenario) => ({ scenario })));
  });

  it('loads files by path, which find Crashboard wherever they lie and whatever package is around them', () => {
    const folder = folderWith({
      'mine.ts': valid('mine'),
      'deep/er/mine.mjs': valid('deeper'),
      'commonjs/package.json': '{"type":"commonjs"}',
      'commonjs/mine.ts': valid('in-a-commonjs-package'),
      'plain.js': "export default { name: 'plain', question: 'q?' };",
      'white space.ts': valid('spaced'),
    });
    const path = join(folder, 'mine.ts');

    expect(
      load(folder, 'mine.ts', './mine.ts', path, 'deep/er/mine.mjs', 'commonjs/mine.ts', 'plain.js', 'white space.ts'),
    ).toEqual(
      ['mine', 'mine', 'mine', 'deeper', 'in-a-commonjs-package', 'plain', 'spaced'].map((scenario) => ({ scenario })),
    );
  });

  it('says what is wrong with a reference or its file, and names the reference', () => {
    const folder = folderWith({
      'throws.ts': "const why = 'on purpose';\n\nthrow new Error(why);",
      'broken.ts': 'export default {',
      'typo.ts': "import { defineScenaro } from 'crashboard';\nexport default defineScenaro({});",
      'empty.ts': '',
      'named.ts': 'export const scenario = {};',
      'number.ts': 'export default 7;',
      'nothing.ts': 'export default null;',
      'malformed.ts': "export default { name: 'malformed', question: 'q?', durationMs: -1 };",
      'defined.ts': valid('Not A Label'),
    });

    expect(
      load(
        folder,
        'missing.ts',
        'sub/missing',
        'throws.ts',
        'broken.ts',
        'typo.ts',
        'empty.ts',
        'named.ts',
        'number.ts',
        'nothing.ts',
        'malformed.ts',
        'defined.ts',
      ),
    ).toEqual([
      error(/^missing\.ts: no such file$/),
      error(/^sub\/missing: no such file$/),
      error(/^throws\.ts:3: the file does not load: .*on purpose/),
      error(/^broken\.ts:1: the file does not load: /),
      error(/^typo\.ts:1: the file does not load: .*defineScenaro/),
      error(/^empty\.ts: no scenario in it; expected `export default/),
      error(/^named\.ts: no scenario in it/),
      error(/^number\.ts: no scenario in it/),
      error(/^nothing\.ts: no scenario in it/),
      error(/^malformed\.ts: scenario "malformed" is malformed:\n[^]*durationMs/),
      error(/^defined\.ts: scenario "Not A Label" is malformed:\n[^]*lower-case/),
    ]);
  });

  it('suggests a shipped scenario where a name is nearly right, and lists them all', () => {
    expect(load(temporaryFolder(), 'sigkil-storm', 'something-else-entirely')).toEqual([
      error(/^no scenario is named "sigkil-storm" — did you mean "sigkill-storm"\?; shipped are .*fresh-open/),
      error(/^no scenario is named "something-else-entirely"; shipped are .*sigkill-storm.*path of a file$/),
    ]);
  });

  it('takes a folder for no scenario', () => {
    const folder = folderWith({ 'sub/x.ts': '' });
    expect(load(folder, './sub')).toEqual([error(/^\.\/sub: is not a file/)]);
  });
});

describe('nearest', () => {
  it.each([
    ['imediate', ' — did you mean "immediate"?'],
    ['initflock', ' — did you mean "init-flock"?'],
    ['zzzzzzzz', ''],
    ['', ''],
  ])('says of %j: %j', (name, hint) => {
    expect(nearest(name, ['immediate', 'init-flock', 'deferred'])).toBe(hint);
  });

  it('suggests nothing where there is nothing', () => {
    expect(nearest('immediate', [])).toBe('');
  });
});
