import type { Fault } from './fault.ts';
import { kill } from './kill.ts';
import { pause } from './pause.ts';

/** Every fault, by name. */
export const FAULTS: readonly Fault[] = [kill, pause];

/** @throws if there is no fault of that name; scenarios are validated before. */
export function faultNamed(name: string): Fault {
  const fault = FAULTS.find((candidate) => candidate.name === name);
  if (!fault) throw new Error(`no fault is named "${name}"`);
  return fault;
}
