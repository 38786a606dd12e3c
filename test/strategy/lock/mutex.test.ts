import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { InProcessState } from '../../../src/strategy/in-process.ts';
import { Mutex } from '../../../src/strategy/lock/mutex.ts';
import type { MutexTask } from '../../fixtures/mutex-thread.ts';

const THREAD = new URL('../../fixtures/mutex-thread.ts', import.meta.url);
const MUTEX = 0;
const COUNTER = 1;

describe('Mutex', () => {
  it('lets one thread in at a time', async () => {
    const memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    const task: MutexTask = { memory, mutex: MUTEX, counter: COUNTER, rounds: 3000 };
    const threads = Array.from({ length: 4 }, () => new Worker(THREAD, { workerData: task, execArgv: [] }));
    const exits = await Promise.all(threads.map((thread) => once(thread, 'exit')));

    expect(exits).toEqual([[0], [0], [0], [0]]);
    expect(new Int32Array(memory)[COUNTER]).toBe(12_000);
  });

  it('makes a thread wait until it is released, and wakes it', async () => {
    const memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    const cells = new Int32Array(memory);
    const mutex = new Mutex('test', cells, MUTEX);
    mutex.acquire();
    const task: MutexTask = { memory, mutex: MUTEX, counter: COUNTER, rounds: 1 };
    const thread = new Worker(THREAD, { workerData: task, execArgv: [] });
    await once(thread, 'online');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(cells[COUNTER]).toBe(0);

    mutex.release();
    await once(thread, 'exit');
    expect(cells[COUNTER]).toBe(1);
    expect(mutex.tryAcquire()).toBe(true);
  });

  it('is one per cell', () => {
    const cells = new Int32Array(new SharedArrayBuffer(8));
    const [first, second] = [new Mutex('first', cells, 0), new Mutex('second', cells, 1)];
    expect(first.tryAcquire()).toBe(true);
    expect(first.tryAcquire()).toBe(false);
    expect(second.tryAcquire()).toBe(true);
    first.release();
    expect(first.tryAcquire()).toBe(true);
    expect(second.tryAcquire()).toBe(false);
  });
});

describe('what the threads of a process share', () => {
  it('is two mutexes and a mark, over one memory', () => {
    const memory = InProcessState.allocate();
    const [one, two] = [new InProcessState(memory), new InProcessState(memory)];

    expect(one.initMutex.tryAcquire()).toBe(true);
    expect(two.initMutex.tryAcquire()).toBe(false);
    expect(two.writeMutex.tryAcquire()).toBe(true);
    expect(two.lookUpInitialised.run()).toBe(false);
    one.markInitialised.run();
    expect(two.lookUpInitialised.run()).toBe(true);
    expect(new InProcessState(InProcessState.allocate()).lookUpInitialised.run()).toBe(false);
  });
});
