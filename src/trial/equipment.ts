import type { FaultRecord } from '../fault/fault.ts';
import type { Observer } from './observer-client.ts';
import type { Templates } from './prepare.ts';
import type { Spares } from './spares.ts';

/** What every trial of a run shares. */
export interface TrialEquipment {
  spares: Spares;
  observer: Pick<Observer, 'watch' | 'pids' | 'unwatch'>;
  templates: Templates;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** Told of every strike, for the live view. */
  onFault: (record: FaultRecord) => void;
  /** Speed is what counts: workers write down where their time goes, and nobody looks at locks. Left out: no. */
  isMeasuring?: boolean;
}
