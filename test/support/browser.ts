import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

/** Where Debian has Chromium; another one by `CHROMIUM`. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether there is a browser here. */
export const hasBrowser = existsSync(CHROMIUM);

/** A page that has been opened, and what went wrong in it. */
export interface Opened {
  page: Page;
  /** Errors and warnings of the console, and requests that went anywhere but to the file. */
  complaints: string[];
}

/** A real browser for the tests of a file. @returns what opens a file from disk in it, with the network off. */
export function browser(): (path: string, options?: BrowserContextOptions) => Promise<Opened> {
  let started: Browser | undefined;
  beforeAll(async () => {
    if (hasBrowser) started = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => started?.close());
  return async (path, options) => {
    if (!started) throw new Error('there is no browser');
    const context = await started.newContext({ offline: true, viewport: { width: 1280, height: 900 }, ...options });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(`file://${path}`);
    return { page, complaints };
  };
}
