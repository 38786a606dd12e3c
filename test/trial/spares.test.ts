import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { stateOf } from '../../src/kernel/process.ts';
import { Spares } from '../../src/trial/spares.ts';
import { childrenOf } from '../support/children.ts';
import { newChildContext } from '../support/child-context.ts';

function newSpares(): Spares {
  const { compileCache, reaper } = newChildContext();
  const spares = new Spares(compileCache, reaper);
  onTestFinished(() => spares.dismiss());
  return spares;
}

const workerPids = () => childrenOf(process.pid, 'worker/main.ts');

it('has as many processes waiting as were prepared, and starts one where none is', async () => {
  const spares = newSpares();
  spares.prepare(1, 2);
  spares.prepare(1, 2);
  expect(workerPids()).toHaveLength(2);

  const taken = [await spares.take(1), await spares.take(1), await spares.take(1)];
  expect(new Set(taken.map(({ pid }) => pid)).size).toBe(3);
  expect(new Set(workerPids())).toEqual(new Set(taken.map(({ pid }) => pid)));
  expect(taken.map(({ pid }) => stateOf(pid))).toEqual(['running', 'running', 'running']);

  await Promise.all(taken.map((process) => process.end()));
  expect(workerPids()).toEqual([]);
});

it('leaves no process behind when it is dismissed, whether they were ready or not', async () => {
  const spares = newSpares();
  spares.prepare(1, 1);
  const taken = await spares.take(1);
  spares.prepare(1, 2);
  await spares.dismiss();

  // Who was taken belongs to the taker.
  expect(workerPids()).toEqual([taken.pid]);
  await taken.end();
  expect(workerPids()).toEqual([]);
  await spares.dismiss();
});

it('keeps processes for one thread and for several apart', async () => {
  const spares = newSpares();
  spares.prepare(1, 1);
  const several = await spares.take(2);
  const cmdline = readFileSync(`/proc/${several.pid}/cmdline`, 'utf8').split('\0');
  expect(cmdline.at(-2)).toBe('2');
  expect(workerPids()).toHaveLength(2);
  await several.end();
});

it('says that a process died before it was taken', async () => {
  const spares = newSpares();
  spares.prepare(1, 1);
  const [pid] = workerPids();
  process.kill(pid as number, 'SIGKILL');
  await expect(spares.take(1)).rejects.toThrow(/ended before it was ready \(SIGKILL\)/);
});
