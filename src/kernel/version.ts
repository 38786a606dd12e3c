import { readFileSync } from 'node:fs';

/** The version in package.json, from a checkout as well as from the compiled package. */
export function crashboardVersion(): string {
  const up = import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json';
  const { version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string };
  return version;
}
