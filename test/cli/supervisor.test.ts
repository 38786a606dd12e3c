import { execa } from 'execa';
import { expect, it } from 'vitest';

/** Says which modules come with another, in a process of its own. */
async function loadedWith(path: string): Promise<string[]> {
  const url = new URL(path, import.meta.url).href;
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(${JSON.stringify(url)});
    console.log(JSON.stringify(loaded));`;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout) as string[];
}

it('the supervisor has no SQLite, by whatever way round; what looks for it finds it in a worker', async () => {
  const isSqlite = (url: string) => url.includes('better-sqlite3');
  expect((await loadedWith('../../src/cli/main.ts')).filter(isSqlite)).toEqual([]);
  expect((await loadedWith('../../src/engine/bundled.ts')).filter(isSqlite)).not.toEqual([]);
});
