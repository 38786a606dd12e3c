import { expect, it } from 'vitest';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { samplesIn } from '../../../src/sweep/measure/samples.ts';

it('reads intended start, real start, end and phases of each operation, and leaves opening out', () => {
  const records: HistoryRecord[] = [
    { type: 'header', version: 1, worker: 'w1.0', pid: 2, sqliteVersion: '3' },
    { type: 'invoke', operation: 1, kind: 'open', event: 0, atNs: 5, request: '-' },
    { type: 'ok', operation: 1, atNs: 9, latencyNs: 4, event: 0, task: '' },
    { type: 'invoke', operation: 2, kind: 'create', event: 1, atNs: 100, request: 'r' },
    { type: 'note', atNs: 150, name: 'phases', data: [1, 2, 3, 1, 0, 6] },
    { type: 'ok', operation: 2, atNs: 150, latencyNs: 70, event: 1, task: 't' },
    { type: 'invoke', operation: 3, kind: 'claim', event: 2, atNs: 200, request: 'r' },
    { type: 'fail', operation: 3, atNs: 210, latencyNs: 10, event: 0, code: 'CLAIM_LOST', message: '' },
    { type: 'invoke', operation: 4, kind: 'heartbeat', event: 2, atNs: 300, request: 'r' },
  ];
  const samples = [...samplesIn('w1.0', records)];
  expect(samples.map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['create', 'ok'],
    ['claim', 'refused'],
    ['heartbeat', 'unfinished'],
  ]);
  expect(samples[0]).toMatchObject({
    dueNs: 80,
    startNs: 100,
    endNs: 150,
    phases: { waitNs: 1, workNs: 2, commitNs: 3 },
  });
  expect(samples[1]?.phases.waitNs).toBe(0);
});
