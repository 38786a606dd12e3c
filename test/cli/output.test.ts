import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/check/index.ts';
import { shippedScenarios } from '../../src/scenario/load.ts';
import { STRATEGIES } from '../../src/strategy/presets/index.ts';
import { BIN, PROJECT, crashboard } from '../support/crashboard.ts';
import { SHORT, SOON_UNSAFE, scenarioFile } from '../support/scenario-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ESCAPE = '\u001B';

describe('the two streams', () => {
  it('results go to standard output, progress to standard error', async () => {
    const { stdout, stderr } = await crashboard(['run', scenarioFile(SHORT)]);
    expect(stdout).toMatch(/^\nshort\n.*strategy.*\n✓ immediate .*safe/);
    expect(stdout).toContain('Safe: 1 of 1 strategies');
    expect(stderr).toMatch(/^short: Do a few creates .*\nseed .*\n\[1\/1\] ✓ immediate: safe \(.*\)\n$/);
  });

  it('carry no escape codes in a pipe, neither under CI nor with NO_COLOR', async () => {
    const path = scenarioFile(SOON_UNSAFE);
    const environments = [
      { CI: 'true', TERM: 'xterm-256color' },
      { NO_COLOR: '1', FORCE_COLOR: '1' },
    ];
    const runs = await Promise.all(environments.map((env) => crashboard(['run', path], { env })));
    for (const { exitCode, all } of runs) {
      expect(exitCode).toBe(1);
      expect(all).not.toContain(ESCAPE);
    }
  });

  it('carry colours in a pipe where they are asked for', async () => {
    const { stdout } = await crashboard(['list'], { env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain(ESCAPE);
  });

  it('a reader that goes away changes nothing about the run', async () => {
    const [folder, path] = [temporaryFolder(), scenarioFile(SHORT)];
    const command = '{ "$0" "$1" run "$2" --output "$3/output"; echo $? > "$3/code"; } 2>&1 | true';
    await execa('sh', ['-c', command, process.execPath, BIN, path, folder]);
    expect(readFileSync(join(folder, 'code'), 'utf8')).toBe('0\n');
    expect(readFileSync(join(folder, 'output', 'latest', 'run.json'), 'utf8')).toContain('"verdict": "safe"');
  });
});

describe('a terminal', () => {
  it('shows colours and a live line, and neither colour nor cursor control in what is piped beside it', async ({
    skip,
  }) => {
    const terminal = terminalCommand();
    if (terminal === undefined) return skip('script(1), which gives a program a terminal, is not here');
    const folder = temporaryFolder();
    const path = scenarioFile({ ...SHORT, durationMs: 500 });
    const run = `stty rows 30 cols 100; '${process.execPath}' '${BIN}' run '${path}' --output '${folder}/output'`;
    const onTerminal = async (command: string, env: Record<string, string> = {}): Promise<string> => {
      const options = { env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env }, extendEnv: false } as const;
      const { stdout } = await execa(terminal, ['-qec', command, '/dev/null'], { ...options, cwd: PROJECT });
      return stdout;
    };

    const colourful = await onTerminal(run);
    expect(colourful).toContain(`${ESCAPE}[32m✓`);
    expect(colourful).toContain('kills, 0 in a transaction');

    await onTerminal(`${run} > '${folder}/results'`);
    expect(readFileSync(join(folder, 'results'), 'utf8')).not.toContain(ESCAPE);

    // A terminal that does not know how wide it is, as in a container.
    const widthless = run.replace(/stty.*?; /, 'stty rows 0 cols 0; ');
    const plain = await onTerminal(`${widthless} 2> '${folder}/progress'`, { NO_COLOR: '1' });
    expect(plain).toContain('Safe: 1 of 1 strategies');
    expect(plain).not.toContain(ESCAPE);
    expect(readFileSync(join(folder, 'progress'), 'utf8')).not.toContain(ESCAPE);
  });
});

function terminalCommand(): string | undefined {
  try {
    accessSync('/usr/bin/script', constants.X_OK);
    return '/usr/bin/script';
  } catch {
    return undefined;
  }
}

describe('list', () => {
  it('names every scenario, strategy and check', async () => {
    const { exitCode, stdout, stderr } = await crashboard(['list']);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    const named = stdout.split('\n').flatMap((line) => /^ {2}([a-z][\w-]*) /.exec(line)?.[1] ?? []);
    const all = [...shippedScenarios(), ...STRATEGIES.map(({ name }) => name), ...CHECKS.map(({ name }) => name)];
    expect(named).toEqual(expect.arrayContaining(all));
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe('schema', () => {
  it('prints a JSON schema in which every object says what it holds', async () => {
    const { exitCode, stdout } = await crashboard(['schema']);
    expect(exitCode).toBe(0);
    const schema = JSON.parse(stdout) as Schema;
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'crashboard/run.schema.json',
      type: 'object',
    });
    const problems = [...problemsOf(schema, '')];
    expect(problems).toEqual([]);
  });

  it('describes exactly the fields that a run writes', async () => {
    const [{ stdout }, { folder }] = await Promise.all([
      crashboard(['schema']),
      crashboard(['run', scenarioFile(SOON_UNSAFE)]),
    ]);
    const schema = JSON.parse(stdout) as Schema;
    const json = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(json).toSorted()).toEqual(Object.keys(schema.properties ?? {}).toSorted());
    const [cell] = json['cells'] as Record<string, unknown>[];
    const described = schema.properties?.['cells']?.items?.properties ?? {};
    expect(Object.keys(cell ?? {}).toSorted()).toEqual(Object.keys(described).toSorted());
  });
});

interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  $ref?: string;
}

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

/** What a reader of the schema could not make sense of. */
function* problemsOf(schema: Schema, place: string): Generator<string> {
  const { type, properties, required = [], items, anyOf, additionalProperties } = schema;
  const says =
    type !== undefined ||
    anyOf !== undefined ||
    schema.enum !== undefined ||
    schema.const !== undefined ||
    schema.$ref !== undefined;
  if (!says) yield `${place}: says nothing`;
  for (const name of [type ?? []].flat()) if (!TYPES.includes(name)) yield `${place}: no such type: ${name}`;
  if (type === 'object' && additionalProperties === undefined) yield `${place}: leaves open what else it holds`;
  if (type === 'array' && !items) yield `${place}: does not say of what`;
  for (const name of required) if (!properties?.[name]) yield `${place}: requires ${name} and does not describe it`;
  for (const [name, property] of Object.entries(properties ?? {})) yield* problemsOf(property, `${place}/${name}`);
  if (items) yield* problemsOf(items, `${place}[]`);
  if (typeof additionalProperties === 'object') yield* problemsOf(additionalProperties, `${place}/*`);
  for (const [index, option] of (anyOf ?? []).entries()) yield* problemsOf(option, `${place}|${index}`);
}
