import { isatty } from 'node:tty';
import pc from 'picocolors';

/** Colours of the results. */
export const onStdout = pc.createColors(isWanted(process.stdout));
/** Colours of the progress. */
export const onStderr = pc.createColors(isWanted(process.stderr));

export type Colours = ReturnType<typeof pc.createColors>;

/** Each stream for itself: one of them may be a file. `CI` alone does not make a pipe colourful, `FORCE_COLOR` does. */
function isWanted({ fd }: { fd: number }): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  return FORCE_COLOR ? FORCE_COLOR !== '0' : isatty(fd) && TERM !== 'dumb';
}
