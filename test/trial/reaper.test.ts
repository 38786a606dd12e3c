import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { signal, stateOf } from '../../src/kernel/process.ts';
import type { ChildContext } from '../fixtures/supervisor.ts';
import { childrenOf } from '../support/children.ts';
import { eventually } from '../support/eventually.ts';
import { end, startFixture } from '../support/remote.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const REAPER = fileURLToPath(new URL('../../src/trial/reaper.ts', import.meta.url));

async function startSupervisor() {
  const root = temporaryFolder();
  const supervisor = startFixture('supervisor', [root]);
  const [context] = (await once(supervisor, 'message')) as [ChildContext];
  const [reaper = Number.NaN] = childrenOf(supervisor.pid, 'trial/reaper.ts');
  onTestFinished(async () => {
    const pids = [...Object.values(context), reaper];
    for (const pid of pids) if (stateOf(pid) !== 'gone') signal(pid, 'SIGKILL');
    // One that is still ending may write into the folder of the test.
    await eventually('nobody is left', () => pids.every((pid) => stateOf(pid) === 'gone'));
  });
  return { root, supervisor, reaper, ...context };
}

it('ends what a killed supervisor has left, and removes its folders but not the evidence', async () => {
  const { root, supervisor, reaper, worker, stubborn, released } = await startSupervisor();
  expect([worker, stubborn, released].map(stateOf)).toEqual(['running', 'running', 'running']);

  await end(supervisor);

  await eventually('the reaper is through', () => stateOf(reaper) === 'gone');
  expect([worker, stubborn].map(stateOf)).toEqual(['gone', 'gone']);
  expect(readdirSync(root)).toEqual(['run']);
  expect(readdirSync(join(root, 'run'))).toEqual(['trials']);
  expect(readdirSync(join(root, 'run', 'trials'))).toEqual(['evidence']);
  expect(stateOf(released)).toBe('running');
});

it('touches nothing after a farewell', async () => {
  const { root, supervisor, worker, stubborn, released } = await startSupervisor();
  supervisor.send('dismiss');
  expect(await once(supervisor, 'message')).toEqual(['dismissed', undefined]);

  expect([worker, stubborn, released].map(stateOf)).toEqual(['running', 'running', 'running']);
  expect(readdirSync(root).toSorted()).toEqual(['run', 'work']);
  expect(readdirSync(join(root, 'run')).toSorted()).toEqual(['empty', 'trials']);
});

it('takes half a line, cut off by the kill, for no instruction', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'work'));
  mkdirSync(join(root, 'work-of-another'));
  writeFileSync(join(root, 'work-of-another', 'thesis'), 'years');
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => end(bystander));
  const reaper = spawn(process.execPath, [REAPER], { stdio: ['pipe', 'ignore', 'inherit'] });
  onTestFinished(() => end(reaper));
  const gone = once(reaper, 'exit');
  reaper.stdin.write(`${JSON.stringify({ type: 'folder', path: join(root, 'work') })}\n`);
  reaper.stdin.write(`{"type":"adopt","pid":${bystander.pid}\n`);
  reaper.stdin.end(`{"type":"folder","path":"${join(root, 'work-of-another')}`);

  expect(await gone).toEqual([0, null]);
  expect(readdirSync(root)).toEqual(['work-of-another']);
  expect(readdirSync(join(root, 'work-of-another'))).toEqual(['thesis']);
  expect(stateOf(bystander.pid as number)).toBe('running');
});
