import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Moves the timeline of a trial to where reports look for it; or removes it. There is none where checking ended early. */
export function keepTimeline(from: string, to: string, isWanted: boolean): void {
  if (!isWanted || !existsSync(from)) return rmSync(from, { force: true });
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}
