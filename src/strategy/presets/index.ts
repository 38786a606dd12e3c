import type { Strategy } from '../axes.ts';
import { deferred } from './deferred.ts';
import { duplicateTolerant } from './duplicate-tolerant.ts';
import { full100 } from './full-100.ts';
import { hardened } from './hardened.ts';
import { immediate } from './immediate.ts';
import { initFlock } from './init-flock.ts';
import { initMutex } from './init-mutex.ts';
import { lease } from './lease.ts';
import { pragmaStat } from './pragma-stat.ts';
import { rawLength } from './raw-length.ts';
import { recommended } from './recommended.ts';
import { unguarded } from './unguarded.ts';
import { walSkip } from './wal-skip.ts';
import { writeFlockBounded } from './write-flock-bounded.ts';
import { writeFlock } from './write-flock.ts';

/** Every named strategy: the controls first, then the proposals in the order in which they were made. */
export const STRATEGIES: readonly Strategy[] = [
  unguarded,
  deferred,
  immediate,
  recommended,
  initMutex,
  duplicateTolerant,
  lease,
  full100,
  writeFlock,
  hardened,
  rawLength,
  initFlock,
  writeFlockBounded,
  walSkip,
  pragmaStat,
];
