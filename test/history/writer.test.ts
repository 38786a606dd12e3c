import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatRecord } from '../../src/history/format.ts';
import { readHistory } from '../../src/history/reader.ts';
import type { Note } from '../../src/history/record.ts';
import { HistoryWriter } from '../../src/history/writer.ts';
import { end } from '../support/remote.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LOOP = fileURLToPath(new URL('../fixtures/history-loop.ts', import.meta.url));

const note = (atNs: number): Note => ({ type: 'note', atNs, name: 'n', data: null });
const numbersIn = (path: string) => Array.from(readHistory(path), (record) => (record as Note).atNs);

describe('HistoryWriter', () => {
  it('has a record in the file when write returns, before any close', () => {
    const path = join(temporaryFolder(), 'h');
    const writer = new HistoryWriter(path);
    writer.write(note(1));
    expect(numbersIn(path)).toEqual([1]);
    writer.close();
  });

  it('keeps held records back until the next write, flush or close, in order', () => {
    const path = join(temporaryFolder(), 'h');
    const writer = new HistoryWriter(path);
    writer.hold(note(1));
    writer.hold(note(2));
    expect(numbersIn(path)).toEqual([]);
    writer.write(note(3));
    expect(numbersIn(path)).toEqual([1, 2, 3]);
    writer.hold(note(4));
    writer.flush();
    writer.flush();
    expect(numbersIn(path)).toEqual([1, 2, 3, 4]);
    writer.hold(note(5));
    writer.close();
    expect(numbersIn(path)).toEqual([1, 2, 3, 4, 5]);
  });

  it('appends to what is there', () => {
    const path = join(temporaryFolder(), 'h');
    writeFileSync(path, formatRecord(note(1)));
    const writer = new HistoryWriter(path);
    // Somebody else's line in between is not overwritten either.
    appendFileSync(path, formatRecord(note(2)));
    writer.write(note(3));
    writer.close();
    expect(numbersIn(path)).toEqual([1, 2, 3]);
  });

  it.each([1, 2, 3])('loses nothing that was reported when its process is killed, round %i', async (round) => {
    const path = join(temporaryFolder(), 'h');
    const child = spawn(process.execPath, [LOOP, path, '64'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => end(child));
    let reported = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      reported = Number(line);
      if (reported === 500 * round) child.kill('SIGKILL');
    }
    if (child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');

    const written = numbersIn(path);
    expect(reported).toBeGreaterThanOrEqual(500 * round);
    expect(written).toEqual(Array.from(written, (_, index) => index + 1));
    // The last write may have returned without a chance to say so.
    expect(written.length - reported).toBeOneOf([0, 1]);
  });

  it('does not take a write that a full disk cut short for a success', () => {
    const path = join(temporaryFolder(), 'h');
    // 4 KiB are all there is; a write across that border is cut short, the one after it fails.
    const limited = `trap '' XFSZ; ulimit -f 4; exec "$0" "$@"`;
    const { stdout } = spawnSync('bash', ['-c', limited, process.execPath, LOOP, path, '150'], { encoding: 'utf8' });
    const lines = stdout.trimEnd().split('\n');

    expect(lines.at(-1)).toBe('failed EFBIG');
    const file = readFileSync(path);
    expect(file.length).toBe(4096);
    expect(file.at(-1)).not.toBe(0x0a);
    expect(numbersIn(path)).toEqual(lines.slice(0, -1).map(Number));
  });
});
