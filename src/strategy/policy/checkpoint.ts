import type { Steps } from '../../step/step.ts';
import type { StrategyAxes } from '../axes.ts';
import type { PolicyContext } from './context.ts';

interface CheckpointPolicy {
  /** Runs before a connection closes. */
  beforeClose?: 'PRAGMA wal_checkpoint(TRUNCATE)';
  /** Who checkpoints every so often: every process, or the first one alone. */
  periodic?: 'everybody' | 'first-process';
}

const POLICIES: Record<StrategyAxes['checkpoint'], CheckpointPolicy> = {
  automatic: {},
  'truncate-on-close': { beforeClose: 'PRAGMA wal_checkpoint(TRUNCATE)' },
  'passive-periodic': { periodic: 'everybody' },
  dedicated: { periodic: 'first-process' },
};

/** Whether this process checkpoints from time to time. @param first whether it is the first of its trial. */
export function checkpointsPeriodically(axes: StrategyAxes, first: boolean): boolean {
  const { periodic } = POLICIES[axes.checkpoint];
  return periodic === 'everybody' || (periodic === 'first-process' && first);
}

/** One checkpoint that disturbs nobody: it moves what it can. */
export function* checkpointPassively(context: PolicyContext): Steps<void> {
  yield context.get('PRAGMA wal_checkpoint(PASSIVE)');
}

/** What the strategy does to the WAL before a connection closes. */
export function* beforeClose(context: PolicyContext): Steps<void> {
  const { beforeClose } = POLICIES[context.axes.checkpoint];
  if (beforeClose !== undefined) yield context.get(beforeClose);
}
