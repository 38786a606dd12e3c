import { readFileSync, readdirSync } from 'node:fs';

/** The living children of a process that run a module of this project. @param module end of its path, like `worker/main.ts`. */
export function childrenOf(parent: number, module: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const isChild = readFileSync(`/proc/${pid}/status`, 'utf8').includes(`\nPPid:\t${parent}\n`);
        return isChild && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(module);
      } catch {
        // It ended between the two looks.
        return false;
      }
    });
}
