import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bundled } from '../../src/engine/bundled.ts';
import { BoardWorker } from '../../src/worker/board-worker.ts';
import { Flag } from '../../src/worker/flag.ts';
import { loop } from '../../src/worker/loop.ts';
import { WorkerStory, assignmentIn, only, type Wishes } from '../support/assignment.ts';
import { newProcessState } from '../support/board.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Runs a loop on the thread of the test. @param between is called between its slices. */
function runLoop(wishes: Wishes, between: (flag: Flag, slice: number) => void = () => {}, flag = newFlag()) {
  const assignment = assignmentIn(temporaryFolder(), wishes);
  const worker = new BoardWorker(assignment.worker, assignment, bundled, newProcessState());
  let slices = 0;
  for (const _ of loop(worker, assignment, flag)) between(flag, ++slices);
  worker.close();
  return { slices, story: new WorkerStory(assignment) };
}

const newFlag = () => new Flag(Flag.allocate());
const endless = { mix: only('create'), operations: null };

describe('a closed loop', () => {
  it('ends when the requests are served', () => {
    expect(runLoop({ workload: { ...endless, operations: 25 } }).story.operations).toHaveLength(25);
  });

  it('ends when the time is over, and begins nothing after that', () => {
    const stopAtNs = 400e6;
    const { story, slices } = runLoop({ stopAtNs, workload: endless });
    expect(story.operations.length).toBeGreaterThan(0);
    // A loaded machine may take the processor away between the look at the clock and the operation.
    expect(story.operations.at(-1)?.atNs).toBeLessThan(stopAtNs + 1e9);
    expect(slices).toBeGreaterThan(1);
  });

  it('waits for the starting line', () => {
    const { story } = runLoop({ startAtNs: 60e6, workload: { ...endless, operations: 3 } });
    expect(story.invokes[0]?.atNs).toBeGreaterThanOrEqual(60e6);
  });

  it('ends between two operations when it is told to', () => {
    const { story, slices } = runLoop({ workload: endless }, (flag, slice) => {
      if (slice === 3) flag.set();
    });
    expect(slices).toBe(3);
    expect(story.records.at(-1)?.type).toBe('ok');
  });

  it('does not begin if it is told to stop before', () => {
    const flag = newFlag();
    flag.set();
    const { story } = runLoop({ startAtNs: 60e9, workload: endless }, () => {}, flag);
    expect(story.invokes).toEqual([]);
  });
});

describe('an open loop', () => {
  const at = (ratePerSecond: number, wishes: Wishes = {}) =>
    runLoop({ stopAtNs: 400e6, ...wishes, workload: { ...endless, loop: { type: 'open', ratePerSecond } } }).story;

  it('keeps to its rate: never more, and about as many', () => {
    const { operations } = at(100);
    expect(operations.length).toBeLessThanOrEqual(42);
    expect(operations.length).toBeGreaterThan(20);
    operations.forEach(({ atNs }, index) => expect(atNs).toBeGreaterThanOrEqual(index * 10e6));
  });

  it('makes up for what it could not do while it was held up', () => {
    const { story } = runLoop(
      { stopAtNs: 400e6, workload: { ...endless, loop: { type: 'open', ratePerSecond: 100 } } },
      (_, slice) => {
        if (slice === 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      },
    );
    const inSecondHalf = story.operations.filter(({ atNs }) => atNs > 200e6).length;
    expect(inSecondHalf).toBeGreaterThan(22);
    expect(story.operations.length).toBeLessThanOrEqual(42);
  });

  it('counts the latency of an operation from when it was due, and that of a closed loop from when it begins', () => {
    const held = (loop: Wishes['workload']) =>
      runLoop({ stopAtNs: 400e6, workload: { ...endless, ...loop } }, (_, slice) => {
        if (slice === 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
      }).story.oks.filter(({ event }) => event > 0);
    const latest = (loop: Wishes['workload']) => Math.max(...held(loop).map(({ latencyNs }) => latencyNs));

    expect(latest({ loop: { type: 'open', ratePerSecond: 100 } })).toBeGreaterThan(100e6);
    const closed = held({ loop: { type: 'closed' } }).map(({ latencyNs }) => latencyNs);
    expect(closed.toSorted((a, b) => a - b)[Math.floor(closed.length / 2)]).toBeLessThan(100e6);
  });

  it('writes down what it was told before it waits', () => {
    const assignment = assignmentIn(temporaryFolder(), {
      stopAtNs: 400e6,
      workload: { ...endless, loop: { type: 'open', ratePerSecond: 20 } },
    });
    const worker = new BoardWorker(assignment.worker, assignment, bundled, newProcessState());
    const last: string[] = [];
    for (const _ of loop(worker, assignment, newFlag())) {
      last.push(new WorkerStory(assignment).records.at(-1)?.type ?? '');
    }
    worker.close();

    // Nearly all the time is waiting. What lay in memory for so long would be lost in a kill.
    expect(last.length).toBeGreaterThan(10);
    expect(last.filter((type) => type === 'invoke').length).toBeLessThan(last.length / 2);
  });

  it('does not count opening the board as one of its operations', () => {
    const { operations, invokes } = at(50, { axes: { connection: 'operation' } });
    expect(operations.length).toBeLessThanOrEqual(22);
    expect(operations.length).toBeGreaterThan(8);
    expect(invokes.length).toBeGreaterThanOrEqual(2 * operations.length);
  });
});

describe('Flag', () => {
  it('is seen by everybody who shares its memory, and ends a wait', async () => {
    const memory = Flag.allocate();
    const [here, there] = [new Flag(memory), new Flag(memory)];
    expect(there.isSet).toBe(false);
    await setTimeout(1);
    here.set();
    expect(there.isSet).toBe(true);
    there.wait(600_000);
  });
});
