import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchTexts } from '../../src/cli/bench/bench-summary.ts';
import { benchRun } from '../../src/report/bench-run.ts';
import { csv } from '../../src/report/format/csv.ts';
import { html } from '../../src/report/format/html.ts';
import { markdown } from '../../src/report/format/markdown.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import { runSchema } from '../../src/report/run-schema.ts';
import { benchSections } from '../../src/report/section/bench.ts';
import type { BenchJson } from '../../src/sweep/json/bench-schema.ts';
import { aBench } from '../support/bench-json.ts';
import { browser, hasBrowser } from '../support/browser.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function told(reporter: Reporter, json: BenchJson): Promise<string> {
  const run = runSchema.parse(benchRun(json, benchSections(json, benchTexts(json))));
  const rendered = await reporter.render({ run, folder: '/nowhere' });
  return typeof rendered === 'string' ? rendered : rendered.text;
}

async function pageOf(json: BenchJson): Promise<string> {
  const path = join(temporaryFolder(), 'report.html');
  writeFileSync(path, await told(html, json));
  return path;
}

const open = browser();

describe.skipIf(!hasBrowser)('the page of a bench', () => {
  it('answers, with maps, curves and strips, without a network and without a complaint', async () => {
    const { page, complaints } = await open(await pageOf(aBench()));
    await page.waitForSelector('.latencies canvas');
    expect(await page.title()).toBe('Crashboard: made-up');
    expect(await page.locator('h1').innerText()).toBe('How long must it be?');
    expect(await page.locator('.recommended').innerText()).toMatch(/→ 5 s\s+with 8 writers on this disk: 5 s\./);
    expect(await page.locator('.notice').innerText()).toContain('</script><script>alert(1)</script>');
    const rows = await page.locator('.heat-errors tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replaceAll(/\s+/g, ' '))).toEqual(['100 ms 3.4 % 28 %', '5 s 0 not measured']);
    expect(await page.locator('.measured tbody tr').count()).toBe(4);
    const labels = page
      .locator('.strip [role=img]')
      .evaluateAll((all) => all.map((each) => (each as unknown as { ariaLabel: string }).ariaLabel));
    expect(await labels).toEqual([
      'told of success: 0.4 s, stopped: 0.8 s',
      'told of success: 0.2 s, told of failure: 0.2 s, waits in one operation: 0.8 s',
    ]);
    const differences = await page.locator('.differences tbody').innerText();
    expect(differences).toMatch(/errors\s+≠ differs\s+28 % → 0/);
    expect(differences).toMatch(/p99\s+no difference shown/);
    const footer = await page.locator('.environment').innerText();
    expect(footer).toContain('0123456789ab');
    // That is about storms.
    expect(footer).not.toContain('SIGKILL');
    expect(complaints).toEqual([]);
  });

  it('draws the cells that the keyboard chooses', async () => {
    const { page } = await open(await pageOf(aBench()));
    const drawn = (): Promise<string> =>
      page
        .locator('.latencies canvas')
        .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
    const all = await drawn();
    await page.locator('.lines input').first().focus();
    await page.keyboard.press('Space');
    await expect.poll(drawn).not.toBe(all);
    await page.keyboard.press('Space');
    await expect.poll(drawn).toBe(all);
  });

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['a phone', { viewport: { width: 390, height: 844 }, isMobile: true, deviceScaleFactor: 2 }],
  ] as const)('%s: nothing is wider than the window', async (_what, options) => {
    const { page, complaints } = await open(await pageOf(aBench()), options);
    await page.waitForSelector('.latencies canvas');
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('leaves out what there is nothing of', async () => {
    const { page, complaints } = await open(await pageOf(aBench({ strips: [], heatMaps: [], cells: [] })));
    expect(await page.locator('.section h2').allInnerTexts()).toEqual(['What differs, and what does not']);
    expect(complaints).toEqual([]);
  });
});

describe('a bench in other formats', () => {
  it('is a row for each cell and metric in csv', async () => {
    const [head, ...rows] = (await told(csv, aBench())).trimEnd().split('\r\n');
    expect(head).toBe('crashboard_seed,plan,bench,cell,busyTimeout,writers,repetitions,metric,median,low,high');
    expect(rows).toHaveLength(4 * 4);
    expect(rows[1]).toBe('s,0123456789ab,made-up,busyTimeout=100 ms writers=2,100 ms,2,0,errors,0.28,0,0.3');
  });

  it('says the same in markdown, without colours of a terminal', async () => {
    const text = await told(markdown, aBench());
    expect(text).toContain('### How long must it be?');
    expect(text).toContain('→ with 8 writers on this disk: 5 s.');
    expect(text).toContain('no difference shown');
    expect(text).not.toContain('\u001B');
  });
});
