import { expect, it } from 'vitest';
import { sourceUrl } from '../../src/kernel/source-url.ts';

it('looks for sources beside sources and for built code beside built code', () => {
  expect(sourceUrl('../worker/main', 'file:///app/src/trial/worker-process.ts').href).toBe(
    'file:///app/src/worker/main.ts',
  );
  expect(sourceUrl('../worker/main', 'file:///app/dist/src/trial/worker-process.js').href).toBe(
    'file:///app/dist/src/worker/main.js',
  );
  expect(sourceUrl('./reaper', 'file:///a%20b/reaper-client.ts').href).toBe('file:///a%20b/reaper.ts');
});
