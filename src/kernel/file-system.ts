import { readFileSync } from 'node:fs';

/**
 * Type of the file system that a path lies on, by the kernel's mount table: locks and syncs depend on it.
 * @param path absolute. @returns `unknown` where there is no such table.
 */
export function fileSystemOf(path: string): string {
  let table: string;
  try {
    table = readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return 'unknown';
  }
  let best = { point: '', type: 'unknown' };
  for (const line of table.split('\n')) {
    // proc(5): the fields before " - " vary in number, the mount point is the fifth, the type follows the dash.
    const [before = '', after = ''] = line.split(' - ');
    const point = before.split(' ')[4] ?? '';
    const contains = point === '/' || path === point || path.startsWith(`${point}/`);
    if (point !== '' && contains && point.length >= best.point.length)
      best = { point, type: after.split(' ')[0] ?? '' };
  }
  return best.type;
}
