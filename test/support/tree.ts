import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Everything below a folder, by its path in it: what a file contains, where a link points to, `null` for a folder. */
export function treeOf(folder: string): Record<string, string | null> {
  const tree: Record<string, string | null> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) tree[name] = readlinkSync(path);
    else tree[name] = stat.isDirectory() ? null : readFileSync(path, 'latin1');
  }
  return tree;
}
