import * as fc from 'fast-check';
import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { BOARD_OPERATIONS } from '../../src/history/record.ts';
import type { Workload } from '../../src/worker/assignment.ts';
import { RequestSource, requestName, type Request } from '../../src/worker/request.ts';
import { only } from '../support/assignment.ts';

const DEFAULT_MIX = { create: 3, claim: 4, heartbeat: 4, complete: 2, reclaim: 1 };
const HELD_MAX = 4;

function sourceOf(workload: Partial<Workload> = {}, seed = 'seed'): RequestSource {
  const whole = { mix: DEFAULT_MIX, loop: { type: 'closed' }, operations: null, retry: 'none', ...workload } as const;
  return new RequestSource('w1.0', whole, seedrandom(seed));
}

const mix = fc
  .record(
    Object.fromEntries(BOARD_OPERATIONS.map((kind) => [kind, fc.nat({ max: 5 })])) as Record<
      (typeof BOARD_OPERATIONS)[number],
      fc.Arbitrary<number>
    >,
  )
  .filter((mix) => Object.values(mix).some((weight) => weight > 0));

describe('the requests of a worker', () => {
  it('are about tasks that it holds, and never make it hold more than four', () => {
    const outcomes = fc.array(
      fc.constantFrom('ok', 'ok', 'CLAIM_LOST', 'NOTHING_TO_DO', 'CLAIM_STALE', 'SQLITE_BUSY'),
      {
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(mix, outcomes, fc.string(), (mix, outcomes, seed) => {
        const source = sourceOf({ mix }, seed);
        const held = new Set<string>();
        outcomes.forEach((outcome, index) => {
          const request = source.next();
          if (request.kind === 'heartbeat' || request.kind === 'complete') expect(held).toContain(request.task);
          if (request.kind === 'claim') expect(held.size).toBeLessThan(HELD_MAX);
          if (outcome === 'ok') {
            let task = `claimed-${index}`;
            if (request.kind === 'create') task = request.task.id;
            else if (request.kind === 'heartbeat' || request.kind === 'complete') task = request.task;
            if (request.kind === 'claim') held.add(task);
            if (request.kind === 'complete') held.delete(task);
            source.succeeded(request, task);
          } else {
            const isOurs = request.kind === 'heartbeat' || request.kind === 'complete';
            if (isOurs && outcome === 'CLAIM_STALE') held.delete(request.task);
            source.failed(request, outcome);
          }
        });
      }),
    );
  });

  it('follow the weights of the mix where nothing stands in their way', () => {
    const source = sourceOf({ mix: { ...only('create'), create: 3, reclaim: 1 } });
    const draws = Array.from({ length: 4000 }, () => source.next().kind);
    const creates = draws.filter((kind) => kind === 'create').length;

    expect(new Set(draws)).toEqual(new Set(['create', 'reclaim']));
    // 3000 are expected; the bound is five standard deviations away.
    expect(Math.abs(creates - 3000)).toBeLessThan(5 * Math.sqrt(4000 * 0.75 * 0.25));
  });

  it('are the same for the same seed, and others for another', () => {
    const draw = (seed: string) => {
      const source = sourceOf({}, seed);
      return Array.from({ length: 50 }, () => source.next());
    };
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('turn to creating once the board is empty, and back to claiming once there is something', () => {
    const source = sourceOf({ mix: { ...only('claim'), create: 0.0001 } });
    const claim = source.next();
    expect(claim.kind).toBe('claim');
    source.failed(claim, 'NOTHING_TO_DO');
    const create = source.next();
    expect(create.kind).toBe('create');
    source.succeeded(create, 't');
    expect(source.next().kind).toBe('claim');
  });

  it('turn from claiming to completing, or else to heartbeats, once four are held', () => {
    for (const then of ['complete', 'heartbeat'] as const) {
      const source = sourceOf({ mix: { ...only('claim'), [then]: 0.0001 } });
      for (let i = 0; i < HELD_MAX; i++) {
        const request = source.next();
        expect(request.kind).toBe('claim');
        source.succeeded(request, `t${i}`);
      }
      expect(source.next().kind).toBe(then);
    }
  });

  it('begin with claiming where there is nothing to keep alive', () => {
    expect(sourceOf({ mix: only('heartbeat') }).next().kind).toBe('claim');
    expect(sourceOf({ mix: only('complete') }).next().kind).toBe('claim');
  });

  it('create tasks with ids and titles of their own, some of them waiting for the one before', () => {
    const source = sourceOf({ mix: only('create') });
    const tasks = Array.from({ length: 300 }, () => {
      const request = source.next() as Extract<Request, { kind: 'create' }>;
      source.succeeded(request, request.task.id);
      return request.task;
    });
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(300);
    expect(new Set(tasks.map(({ title }) => title)).size).toBe(300);
    expect(new Set(tasks.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(300);
    expect(tasks[0]?.parent).toBeNull();
    const children = tasks.filter(({ parent }) => parent !== null);
    for (const { id, parent } of children)
      expect(tasks[tasks.findIndex((task) => task.id === id) - 1]?.id).toBe(parent);
    expect(children.length).toBeGreaterThan(20);
    expect(children.length).toBeLessThan(120);
  });
});

describe('a retry', () => {
  const createOf = (source: RequestSource) => source.next() as Extract<Request, { kind: 'create' }>;

  it('is the same request as a new task, three times at most', () => {
    const source = sourceOf({ mix: only('create'), retry: 'new-task' });
    const first = createOf(source);
    const attempts = [first];
    for (let last: Request | undefined = first; (last = source.retryOf(last)); ) attempts.push(last as typeof first);

    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(new Set(attempts.map(({ task }) => task.id)).size).toBe(4);
    expect(new Set(attempts.map(({ task }) => task.title)).size).toBe(1);
    expect(new Set(attempts.map(requestName)).size).toBe(1);
    // With a key the second one would find the first.
    expect(attempts.map(({ task }) => task.idempotencyKey)).toEqual([null, null, null, null]);
    expect(createOf(source).task.title).not.toBe(first.task.title);
  });

  it('is not made of anything but a create, nor where nobody asked for it', () => {
    const retrying = sourceOf({ mix: only('claim'), retry: 'new-task' });
    expect(retrying.retryOf(retrying.next())).toBeUndefined();
    const plain = sourceOf({ mix: only('create') });
    expect(plain.retryOf(plain.next())).toBeUndefined();
  });
});
