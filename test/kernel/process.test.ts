import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isAlive, isOwnDeath, signal, sleepSync, stateOf } from '../../src/kernel/process.ts';
import { eventually } from '../support/eventually.ts';
import { end } from '../support/remote.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SLEEP = '/bin/sleep';

function sleeper(command = SLEEP) {
  const child = spawn(command, ['60'], { stdio: 'ignore' });
  onTestFinished(() => end(child));
  return Object.assign(child, { pid: child.pid as number });
}

describe('stateOf', () => {
  it('tells running, stopped and gone apart', async () => {
    const child = sleeper();
    expect(stateOf(child.pid)).toBe('running');

    signal(child.pid, 'SIGSTOP');
    await eventually('it stops', () => stateOf(child.pid) === 'stopped');
    signal(child.pid, 'SIGCONT');
    await eventually('it goes on', () => stateOf(child.pid) === 'running');

    await end(child);
    expect(stateOf(child.pid)).toBe('gone');
  });

  it('takes a process that died and was not waited for yet for gone, although it still has an id', () => {
    const child = sleeper();
    signal(child.pid, 'SIGKILL');
    // The event loop does not turn in between, so nobody can have waited for the child.
    while (stateOf(child.pid) !== 'gone') sleepSync(1);

    expect(isAlive(child.pid)).toBe(true);
  });

  it('is not fooled by a command name that looks like another state', async () => {
    const odd = join(temporaryFolder(), 'x) T (y');
    symlinkSync(SLEEP, odd);
    const child = sleeper(odd);
    await once(child, 'spawn');

    expect(stateOf(child.pid)).toBe('running');
  });
});

describe('isAlive and signal', () => {
  it('say so of a process that is there', async () => {
    const child = sleeper();
    const gone = once(child, 'exit');

    expect(isAlive(child.pid)).toBe(true);
    expect(signal(child.pid, 'SIGTERM')).toBe(true);
    expect(await gone).toEqual([null, 'SIGTERM']);
  });

  it('say so of a process that is gone', async () => {
    const child = sleeper();
    await end(child);

    expect(isAlive(child.pid)).toBe(false);
    expect(signal(child.pid, 'SIGKILL')).toBe(false);
  });

  it('take the first process of the machine for alive, whoever it belongs to', () => {
    expect(isAlive(1)).toBe(true);
  });

  it('does not hide a mistake of the caller', () => {
    expect(() => signal(process.pid, 'SIGNONSENSE' as NodeJS.Signals)).toThrow(/SIGNONSENSE/);
  });
});

describe('isOwnDeath', () => {
  it.each([
    ['SIGSEGV', true],
    ['SIGBUS', true],
    ['SIGABRT', true],
    ['SIGKILL', false],
    ['SIGTERM', false],
    ['SIGINT', false],
  ])('says of %s: %s', (name, own) => {
    expect(isOwnDeath(name)).toBe(own);
  });
});

describe('sleepSync', () => {
  it('lasts at least as long as it was asked to, fractions of a millisecond too', () => {
    for (const delayMs of [20, 1.5, 0]) {
      const startMs = performance.now();
      sleepSync(delayMs);
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(delayMs * 0.95);
    }
  });
});
