import { readFileSync, readdirSync } from 'node:fs';

/**
 * The other live processes that were started with a variable of this value in their environment, whoever their parent
 * is by now. Empty where there is no `/proc`; those of other users are not seen.
 */
export function processesWith(variable: string, value: string): number[] {
  const entry = `${variable}=${value}`;
  return processIds().filter((pid) => pid !== process.pid && environmentOf(pid).split('\0').includes(entry));
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 1);
  } catch {
    return [];
  }
}

/** Empty for one that has ended, also if nobody has waited for it yet. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
