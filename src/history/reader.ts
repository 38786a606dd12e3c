import { closeSync, openSync, readSync } from 'node:fs';
import { parseRecord } from './format.ts';
import type { HistoryRecord } from './record.ts';

const CHUNK_BYTES = 1 << 16;
const NEWLINE = 0x0a;

/**
 * Reads a history record by record, in bounded memory. A last line without its newline was cut off by a kill and is left
 * out: its write never returned, so nobody relied on it.
 * @throws {SyntaxError} for a broken line that is followed by others: no kill does that.
 */
export function* readHistory(path: string): Generator<HistoryRecord, void, undefined> {
  const descriptor = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const bytesRead = readSync(descriptor, chunk, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return;
      const data = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      const end = data.lastIndexOf(NEWLINE);
      if (end === -1) {
        rest = data;
        continue;
      }
      // Lines are cut at bytes, not at characters: a chunk may end inside a character.
      for (const line of data.toString('utf8', 0, end).split('\n')) yield parseRecord(line);
      rest = data.subarray(end + 1);
    }
  } finally {
    closeSync(descriptor);
  }
}
