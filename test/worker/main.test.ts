import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStamp } from '../../src/board/event-chain.ts';
import { isAlive, stateOf } from '../../src/kernel/process.ts';
import { WorkerProcess } from '../../src/trial/worker-process.ts';
import type { Assignment, FromWorker } from '../../src/worker/assignment.ts';
import { WorkerStory, assignmentIn, only } from '../support/assignment.ts';
import { query } from '../support/board.ts';
import { eventually } from '../support/eventually.ts';
import { newChildContext } from '../support/child-context.ts';

async function startWorker(threads: number) {
  const { folder, compileCache, reaper } = newChildContext();
  const process = new WorkerProcess(threads, compileCache, reaper);
  await process.ready;
  const told: FromWorker['type'][] = [];
  const messages: FromWorker[] = [];
  const assign = (assignment: Assignment) =>
    process.assign(assignment, (message) => {
      told.push(message.type);
      messages.push(message);
    });
  return { folder, process, assign, told, messages };
}

/** Every event on the board, as `worker number`. */
const eventsOn = (path: string) =>
  query(path, 'SELECT payload FROM task_events').map(({ payload }) => {
    const stamp = parseStamp(payload);
    return `${stamp?.worker} ${stamp?.number}`;
  });

describe('a worker process', () => {
  it('with one thread works off its assignment, says so and ends', async () => {
    const { folder, process, assign, told } = await startWorker(1);
    const assignment = assignmentIn(folder, { workload: { operations: 70 } });
    assign(assignment);

    expect(await process.ended).toEqual({ code: 0, signal: null, stderr: '' });
    expect(told).toEqual(['running', 'done']);
    const story = new WorkerStory(assignment);
    expect(story.operations).toHaveLength(70);
    expect(story.records[0]).toMatchObject({ worker: 'w1.0', pid: process.pid });
    const acknowledged = story.oks.filter(({ event }) => event > 0).map(({ event }) => `w1.0 ${event}`);
    expect(eventsOn(assignment.databasePath).toSorted()).toEqual(acknowledged.toSorted());
  });

  it('with three threads leaves three histories of one process, and serves the requests of each', async () => {
    const { folder, process, assign, told } = await startWorker(3);
    const assignment = assignmentIn(folder, { threads: 3, workload: { operations: 30 } });
    assign(assignment);

    expect(await process.ended).toEqual({ code: 0, signal: null, stderr: '' });
    expect(told).toEqual(['running', 'done']);
    expect(readdirSync(assignment.historyDirectory).toSorted()).toEqual([
      'w1.0.0.history',
      'w1.0.1.history',
      'w1.0.2.history',
    ]);
    const stories = [0, 1, 2].map((thread) => new WorkerStory(assignment, `w1.0.${thread}`));
    for (const story of stories) {
      expect(story.operations).toHaveLength(30);
      expect(story.records[0]).toMatchObject({ pid: process.pid });
    }
    const acknowledged = stories.flatMap((story, thread) =>
      story.oks.filter(({ event }) => event > 0).map(({ event }) => `w1.0.${thread} ${event}`),
    );
    expect(eventsOn(assignment.databasePath).toSorted()).toEqual(acknowledged.toSorted());
  });

  it.each([1, 3])('with %i threads ends after the operation that it is in when it is told to stop', async (threads) => {
    const { folder, process, assign, told } = await startWorker(threads);
    assign(assignmentIn(folder, { threads, stopAtNs: 3600e9, workload: { operations: null } }));
    await eventually('it is running', () => told.includes('running'));
    process.stop();

    expect(await process.ended).toMatchObject({ code: 0, signal: null });
    expect(told.at(-1)).toBe('done');
  });

  it('leaves a readable history when it is killed, whose every acknowledgement is on the board', async () => {
    const { folder, process, assign, told } = await startWorker(1);
    const assignment = assignmentIn(folder, { workload: { mix: only('create'), operations: null } });
    assign(assignment);
    await eventually('it is running', () => told.includes('running'));
    await eventually('it has worked', () => new WorkerStory(assignment).oks.length > 50);
    process.kill();

    expect(await process.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    const story = new WorkerStory(assignment);
    const events = new Set(eventsOn(assignment.databasePath));
    for (const { event } of story.oks) if (event > 0) expect(events).toContain(`w1.0 ${event}`);
    // Beyond those, only what was in flight.
    expect(events.size - story.oks.filter(({ event }) => event > 0).length).toBeOneOf([0, 1]);
  });

  it('says that its own part failed, and is not taken for a board that did', async () => {
    const { folder, process, assign, messages } = await startWorker(1);
    assign({ ...assignmentIn(folder), historyDirectory: join(folder, 'nowhere') });

    const end = await process.ended;
    expect(end).toMatchObject({ code: 70, signal: null });
    expect(end.stderr).toContain('ENOENT');
    expect(messages).toEqual([{ type: 'failed', code: 'ENOENT', message: expect.stringContaining('nowhere') }]);
  });

  it('that is not taken rejects nothing when it is ended', async () => {
    const { compileCache, reaper } = newChildContext();
    const process = new WorkerProcess(1, compileCache, reaper);
    await process.end();

    expect(isAlive(process.pid)).toBe(false);
    expect(stateOf(process.pid)).toBe('gone');
    await expect(process.ready).rejects.toThrow(/ended before it was ready \(SIGKILL\)/);
    process.stop();
  });
});
