import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRecord } from '../../src/history/format.ts';
import { readHistory } from '../../src/history/reader.ts';
import type { HistoryRecord, Note } from '../../src/history/record.ts';
import { anyRecord } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The reader takes this much at a time. */
const CHUNK_BYTES = 1 << 16;

const note = (data: unknown, atNs = 1): Note => ({ type: 'note', atNs, name: 'n', data });

function historyOf(content: string | Buffer): { path: string } {
  const path = join(temporaryFolder(), 'w1.0.history');
  writeFileSync(path, content);
  return { path };
}

describe('readHistory', () => {
  it('gives what was written whole before the file was cut, at whatever byte that was', () => {
    const { path } = historyOf('');
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 8 }), fc.nat({ max: 10_000 }), (records, at) => {
        const bytes = Buffer.from(records.map(formatRecord).join(''));
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        writeFileSync(path, cut);
        const whole = cut.filter((byte) => byte === 0x0a).length;
        expect([...readHistory(path)]).toEqual(records.slice(0, whole));
      }),
      { numRuns: 500 },
    );
  });

  it('gives every prefix of one real history, byte by byte', () => {
    const records: HistoryRecord[] = [
      { type: 'header', version: 1, worker: 'w1.0', pid: 5, sqliteVersion: '3.54.1' },
      { type: 'invoke', operation: 1, kind: 'create', event: 1, atNs: 10, request: 'w1.0/1' },
      {
        type: 'fail',
        operation: 1,
        atNs: 20,
        latencyNs: 10,
        event: 0,
        code: 'SQLITE_BUSY',
        message: 'gesperrt – 数据库 😀',
      },
    ];
    const bytes = Buffer.from(records.map(formatRecord).join(''));
    const { path } = historyOf('');
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      const whole = bytes.subarray(0, length).filter((byte) => byte === 0x0a).length;
      expect([...readHistory(path)], `${length} bytes`).toEqual(records.slice(0, whole));
    }
  });

  it.each([0, 1, 2, 3])('reads characters that lie across two chunks, shifted by %i', (shift) => {
    // Four-byte characters all the way: with one of the four shifts each chunk ends inside a character.
    const records = ['x'.repeat(shift), '😀'.repeat(CHUNK_BYTES), '数'.repeat(CHUNK_BYTES / 2), 'end'].map((data) =>
      note(data),
    );
    const { path } = historyOf(records.map(formatRecord).join(''));

    expect([...readHistory(path)]).toEqual(records);
  });

  it.each([-1, 0, 1])('reads a line that ends %i bytes from the end of a chunk', (offset) => {
    const empty = formatRecord(note('')).length;
    const records = [
      note('a'.repeat(CHUNK_BYTES - empty + offset)),
      note('b'),
      note('c'.repeat(2 * CHUNK_BYTES)),
      note('d'),
    ];
    const { path } = historyOf(records.map(formatRecord).join(''));

    expect([...readHistory(path)]).toEqual(records);
  });

  it('finds nothing in an empty file and in one without a whole line', () => {
    expect([...readHistory(historyOf('').path)]).toEqual([]);
    expect([...readHistory(historyOf('h {"version":1').path)]).toEqual([]);
  });

  it.each(['garbage', '', '> 1 create', '\0\0\0\0'])('refuses %j in the middle: no kill leaves that', (broken) => {
    const { path } = historyOf(`${formatRecord(note(1))}${broken}\n${formatRecord(note(2))}`);

    expect(() => [...readHistory(path)]).toThrow(SyntaxError);
  });

  it('says that there is no file rather than that nothing happened', () => {
    const { path } = historyOf('');
    expect(() => [...readHistory(`${path}.missing`)]).toThrow(/ENOENT/);
  });

  it('closes the file, also when its caller stops early or a line is broken', () => {
    const whole = historyOf(formatRecord(note(1)).repeat(10)).path;
    const broken = historyOf('garbage\n').path;
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let round = 0; round < 20; round++) {
      for (const _ of readHistory(whole)) break;
      expect([...readHistory(whole)]).toHaveLength(10);
      expect(() => [...readHistory(broken)]).toThrow(SyntaxError);
    }
    // Others may open a file or two in this process meanwhile.
    expect(open() - before).toBeLessThan(10);
  });
});
