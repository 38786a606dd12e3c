import { closeSync, openSync, writeSync } from 'node:fs';
import { formatRecord } from './format.ts';
import type { HistoryRecord } from './record.ts';

/**
 * Appends to one history. Every {@link HistoryWriter.write} is one synchronous write(2): what it returned from survives
 * SIGKILL, because the page cache does. Messages over IPC do not survive it.
 */
export class HistoryWriter {
  readonly #descriptor: number;
  #pending = '';

  /** @param path the file of this worker alone; created, never truncated. */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'a');
  }

  /** Keeps a record back until the next write, so that one system call carries an outcome and the next intent. */
  hold(record: HistoryRecord): void {
    this.#pending += formatRecord(record);
  }

  /** Writes a record, and before it everything that was held. */
  write(record: HistoryRecord): void {
    this.hold(record);
    this.flush();
  }

  /** Writes what was held. */
  flush(): void {
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    writeFully(this.#descriptor, text);
  }

  close(): void {
    this.flush();
    closeSync(this.#descriptor);
  }
}

/** A full disk cuts a write short before it fails: go on until all is written or the error is known. */
function writeFully(descriptor: number, text: string): void {
  const written = writeSync(descriptor, text, null, 'utf8');
  if (written >= text.length && written === Buffer.byteLength(text)) return;
  const bytes = Buffer.from(text);
  let offset = written;
  while (offset < bytes.length) offset += writeSync(descriptor, bytes, offset);
}
