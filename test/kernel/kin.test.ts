import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processesWith } from '../../src/kernel/kin.ts';
import { signal, sleepSync, stateOf } from '../../src/kernel/process.ts';
import { untilGone } from '../support/processes.ts';
import { end } from '../support/remote.ts';

const VARIABLE = 'CRASHBOARD_TEST_KIN';
const KIN = new URL('../../src/kernel/kin.ts', import.meta.url).href;

async function sleeper(environment: Record<string, string>) {
  const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore', env: environment });
  onTestFinished(() => end(child));
  await once(child, 'spawn');
  return Object.assign(child, { pid: child.pid as number });
}

describe('processesWith', () => {
  it('finds those that were started with this value, and no others', async () => {
    const value = randomUUID();
    expect(processesWith(VARIABLE, value)).toEqual([]);
    const kin = [await sleeper({ [VARIABLE]: value }), await sleeper({ FIRST: '1', [VARIABLE]: value, LAST: '9' })];
    await sleeper({});
    await sleeper({ [VARIABLE]: randomUUID() });
    await sleeper({ [VARIABLE]: `${value}-longer` });
    await sleeper({ [`X${VARIABLE}`]: value });
    await sleeper({ OTHER: `${VARIABLE}=${value}` });

    const found = processesWith(VARIABLE, value);
    expect(found).toHaveLength(2);
    expect(new Set(found)).toEqual(new Set(kin.map(({ pid }) => pid)));
  });

  it('finds one whose parent has ended', async () => {
    const value = randomUUID();
    const started = execFileSync('/bin/sh', ['-c', '/bin/sleep 60 >/dev/null 2>&1 & echo $!'], {
      encoding: 'utf8',
      env: { [VARIABLE]: value },
    });
    const orphan = Number(started);
    onTestFinished(async () => {
      signal(orphan, 'SIGKILL');
      await untilGone([orphan], 15_000);
    });

    expect(processesWith(VARIABLE, value)).toEqual([orphan]);
  });

  it('does not find one that has ended, also if nobody has waited for it', async () => {
    const value = randomUUID();
    const child = await sleeper({ [VARIABLE]: value });
    expect(processesWith(VARIABLE, value)).toEqual([child.pid]);
    signal(child.pid, 'SIGKILL');
    // The event loop does not turn in between, so nobody can have waited for the child.
    while (stateOf(child.pid) !== 'gone') sleepSync(1);

    expect(processesWith(VARIABLE, value)).toEqual([]);
  });

  it('does not find the process that asks, only others', async () => {
    const value = randomUUID();
    const { pid } = await sleeper({ [VARIABLE]: value });
    const script = `
      import { readFileSync } from 'node:fs';
      import { processesWith } from ${JSON.stringify(KIN)};
      const own = readFileSync('/proc/self/environ', 'latin1').split('\\0');
      const carries = own.includes('${VARIABLE}=${value}');
      console.log(JSON.stringify({ carries, found: processesWith('${VARIABLE}', '${value}') }));`;
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { [VARIABLE]: value, NODE_NO_WARNINGS: '1' },
    });

    expect(JSON.parse(answer)).toEqual({ carries: true, found: [pid] });
  });
});
