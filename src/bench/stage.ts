import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TrialEquipment } from '../trial/equipment.ts';
import { Observer } from '../trial/observer-client.ts';
import { Templates } from '../trial/prepare.ts';
import { Reaper } from '../trial/reaper-client.ts';
import type { ChildContext } from '../trial/run-child.ts';
import { Spares } from '../trial/spares.ts';

/** Where benchmarks run: a folder of their own on the chosen disk, and the processes that trials share. */
export interface Stage {
  readonly context: ChildContext;
  readonly equipment: TrialEquipment;
  /** Makes an empty folder. It goes with the stage, or before by the caller's hand. */
  folder(name: string): string;
}

/**
 * Runs `body` on a stage of its own. When this returns or throws, the processes and the folder of the stage are gone.
 * A signal that ends this process leaves both to the reaper.
 * @param directory an existing folder on the disk to be measured.
 */
export async function onStage<T>(directory: string, body: (stage: Stage) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(directory, 'crashboard-bench-'));
  const compileCache = join(root, 'compile-cache');
  const reaper = new Reaper(compileCache);
  reaper.removeFolder(root);
  const context: ChildContext = { compileCache, reaper };
  const spares = new Spares(compileCache, reaper);
  const observer = new Observer(compileCache, reaper);
  const templates = new Templates(join(root, 'templates'), context);
  const { signal } = new AbortController();
  const equipment: TrialEquipment = { spares, observer, templates, signal, onFault: () => {} };
  let folders = 0;
  const folder = (name: string): string => {
    const path = join(root, `${name}-${++folders}`);
    mkdirSync(path);
    return path;
  };
  try {
    return await body({ context, equipment, folder });
  } finally {
    await spares.dismiss();
    await observer.dismiss();
    await reaper.dismiss();
    rmSync(root, { recursive: true, force: true });
  }
}
