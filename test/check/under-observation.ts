import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { monotonicNs } from '../../src/kernel/clock.ts';
import { TRIAL_FILES, type Observation } from '../../src/trial/facts.ts';
import { Observer } from '../../src/trial/observer-client.ts';
import { Reaper } from '../../src/trial/reaper-client.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What a test can do while the observer looks at a trial. */
export interface Watching {
  /** What the observer has written so far. */
  seen: () => Observation[];
  /** Waits until the observer has written something of a kind. */
  awaits: (kind: Observation['kind']) => Promise<void>;
}

/**
 * Lets the real observer process look at a trial's folder while something happens there. What was observed before is gone.
 * @param pids the trial's live processes.
 * @returns everything that it wrote.
 */
export async function underObservation(
  directory: string,
  pids: number[],
  happens: (watching: Watching) => Promise<void>,
): Promise<Observation[]> {
  const output = join(directory, TRIAL_FILES.observations);
  rmSync(output, { force: true });
  const seen = (): Observation[] => {
    if (!existsSync(output)) return [];
    const lines = readFileSync(output, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Observation);
  };
  const awaits = (kind: Observation['kind']): Promise<void> =>
    eventually(`the observer reports ${kind}`, () => seen().some((observation) => observation.kind === kind));
  const compileCache = temporaryFolder();
  const reaper = new Reaper(compileCache);
  const observer = new Observer(compileCache, reaper);
  try {
    // An answer means that it is up and takes samples: from here on time counts.
    await observer.unwatch();
    observer.watch(join(directory, TRIAL_FILES.database), String(monotonicNs()), output);
    observer.pids(pids);
    await happens({ seen, awaits });
    await observer.unwatch();
  } finally {
    await observer.dismiss();
    await reaper.dismiss();
  }
  return seen();
}
