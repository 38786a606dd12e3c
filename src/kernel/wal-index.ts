import { endianness } from 'node:os';

/** Two counters of the WAL index (SQLite "WAL-mode File Format", section 2). */
export interface WalIndexHeader {
  /** `mxFrame`: frames in the WAL that are valid. */
  frames: number;
  /** `nBackfill`: of these, how many have been copied into the database. Never more than `frames`. */
  backfilled: number;
}

const HEADER_COPY_BYTES = 48;
const MX_FRAME_OFFSET = 16;
const BACKFILL_OFFSET = 2 * HEADER_COPY_BYTES;
const BYTES_NEEDED = BACKFILL_OFFSET + 4;

/**
 * Reads the counters from the beginning of a `-shm` file, in the machine's byte order.
 * @param read fills a buffer from the start of the file, returns how many bytes it got.
 * @returns `undefined` while there is no header, or while its two copies differ because somebody is writing it.
 */
export function readWalIndexHeader(read: (buffer: Buffer) => number): WalIndexHeader | undefined {
  const buffer = Buffer.alloc(BYTES_NEEDED);
  if (read(buffer) < BYTES_NEEDED) return undefined;
  const first = buffer.subarray(0, HEADER_COPY_BYTES);
  const second = buffer.subarray(HEADER_COPY_BYTES, BACKFILL_OFFSET);
  const isInitialised = buffer.readUInt8(12) === 1;
  if (!isInitialised || !first.equals(second)) return undefined;
  const at = (offset: number): number =>
    endianness() === 'LE' ? buffer.readUInt32LE(offset) : buffer.readUInt32BE(offset);
  return { frames: at(MX_FRAME_OFFSET), backfilled: at(BACKFILL_OFFSET) };
}
