import type { Rendered } from './reporter.ts';

/** Text for the end of a file: it begins on a line of its own. */
export function appendable(path: string, text: string): NonNullable<Rendered['append']> {
  return { path, text: text.endsWith('\n') ? text : `${text}\n` };
}
