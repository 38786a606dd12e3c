import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRecord, parseRecord } from '../../src/history/format.ts';
import { OPERATION_KINDS, type HistoryRecord } from '../../src/history/record.ts';
import { anyRecord } from '../support/records.ts';

describe('a record', () => {
  it('comes back as it was written, from exactly one line', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const line = formatRecord(record);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(parseRecord(line.slice(0, -1))).toEqual(record);
      }),
      { numRuns: 2000 },
    );
  });

  it('survives being read as bytes: no half of a character is lost', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const line = Buffer.from(formatRecord(record)).toString();
        expect(parseRecord(line.slice(0, -1))).toEqual(record);
      }),
    );
  });

  it.each(OPERATION_KINDS)('can be about "%s"', (kind) => {
    const record: HistoryRecord = { type: 'invoke', operation: 1, kind, event: 2, atNs: 3, request: 'r' };
    expect(parseRecord(formatRecord(record).trimEnd())).toEqual(record);
  });

  it('stays one record where a damaged database has put odd text into a task', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(' ', '\n', '%', '\t', '\u2028', 'a', 'é') }), (task) => {
        const record: HistoryRecord = { type: 'ok', operation: 1, atNs: 2, latencyNs: 3, event: 4, task };
        const line = formatRecord(record);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(parseRecord(line.slice(0, -1))).toEqual(record);
      }),
    );
  });
});

describe('parseRecord', () => {
  it.each([
    [''],
    [' '],
    ['x 1 2 3'],
    ['> 1 create 0'],
    ['> 1 destroy 0 5 r'],
    ['> one create 0 5 r'],
    ['> 1.5 create 0 5 r'],
    ['> 9007199254740993 create 0 5 r'],
    ['+ 1 2'],
    ['+ 1 2  3 t'],
    ['- 1 2 3 0 SQLITE_BUSY "cut'],
    ['- 1 2 3 0 SQLITE_BUSY'],
    ['n 1 name {"cut":'],
    ['n 1 name'],
    ['h {"version":1'],
    ['h'],
  ])('refuses %j', (line) => {
    expect(() => parseRecord(line)).toThrow(SyntaxError);
  });
});
