import { copyLive } from './copy-live.ts';
import type { Hazard } from './hazard.ts';
import { rawRead } from './raw-read.ts';
import { unlinkSidecars } from './unlink-sidecars.ts';

/** Every hazard, by name. */
export const HAZARDS: readonly Hazard[] = [rawRead, copyLive, unlinkSidecars];

/** @throws if there is no hazard of that name; scenarios are validated before. */
export function hazardNamed(name: string): Hazard {
  const hazard = HAZARDS.find((candidate) => candidate.name === name);
  if (!hazard) throw new Error(`no hazard is named "${name}"`);
  return hazard;
}
