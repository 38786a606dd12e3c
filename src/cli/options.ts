import { InvalidArgumentError } from 'commander';
import ms, { type StringValue } from 'ms';
import type { Shard } from '../scenario/shard.ts';

/** A whole number between two bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

const TIME = /^\d+(\.\d+)? ?(ms|s|m|h)$/;
const TIME_MS = { least: 10, most: 24 * 3_600_000 };

/** A time with its unit, in milliseconds. */
export function duration(text: string): number {
  const value = TIME.test(text) ? ms(text as StringValue) : 0;
  if (value < TIME_MS.least || value > TIME_MS.most) {
    throw new InvalidArgumentError('expected a time from 10ms to 24h with its unit, such as 500ms, 5s or 2m.');
  }
  return value;
}

/** Names separated by commas; the option may stand more than once. */
export function names(text: string, before: readonly string[] | undefined): string[] {
  const given = text.split(',').map((name) => name.trim());
  if (given.some((name) => name === '')) throw new InvalidArgumentError('expected names separated by commas.');
  return [...(before ?? []), ...given];
}

const SEED = /^[\w.-]{1,64}$/;

/** A seed goes into file names and replay lines: it must survive a shell. */
export function seed(text: string): string {
  if (!SEED.test(text))
    throw new InvalidArgumentError('expected 1 to 64 letters, digits, dots, hyphens or underscores.');
  return text;
}

/** A part of a plan: `2/4` is the second of four. */
export function shard(text: string): Shard {
  const [, index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (of < 1 || of > SHARDS_MAX || index < 1 || index > of) {
    throw new InvalidArgumentError(`expected i/n with n up to ${SHARDS_MAX} and i from 1 to n, such as 2/4.`);
  }
  return { index, of };
}

const SHARDS_MAX = 1000;
