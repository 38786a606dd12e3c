/**
 * Options of every child process: it never ends the supervisor by failing, and it is ended by nobody but us.
 * @param compileCache folder in which compiled code and stripped types of the first child serve all others.
 */
export function standAlone(compileCache: string) {
  return {
    reject: false,
    // A process group of its own: what the terminal sends (Ctrl-C, hang-up) is the supervisor's to handle.
    detached: true,
    // Ending children is the supervisor's business, and the reaper's after it.
    cleanup: false,
    env: { NODE_COMPILE_CACHE: compileCache, NODE_NO_WARNINGS: '1' },
  } as const;
}
