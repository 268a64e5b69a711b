import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { memoryOf } from '../kit/memory.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const executablePath = '/usr/bin/chromium';

export const noChromium = 'The browser’s till is left out: install Debian’s chromium.';

/** A till in a page of Debian's Chromium, with a profile of its own. Times are milliseconds, taken inside the page. */
export interface BrowserTill {
  /** `relaxed` (the default since Chrome 121) survives a crash of the browser, not of the machine. */
  sell(sales: readonly unknown[], durability: 'relaxed' | 'strict'): Promise<readonly number[]>;
  importArticles(count: number): Promise<number>;
  lookUp(barcodes: readonly string[]): Promise<readonly number[]>;
  /** Proportional set size of all the browser's processes, MB. */
  memory(): Promise<number>;
  close(): Promise<void>;
}

/** null: there is no Chromium here. */
export async function openBrowserTill(): Promise<BrowserTill | null> {
  if (!existsSync(executablePath)) return null;
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-browser-till-'));
  const pages = servePages();
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-sync',
    ].concat(['--disable-background-networking', '--disable-component-update']),
  });
  const page = await openPage(context, `http://127.0.0.1:${(pages.address() as AddressInfo).port}/page/index.html`);
  const call = <Answer>(name: string, ...args: readonly unknown[]): Promise<Answer> =>
    page.evaluate(`window.till.${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`);
  return {
    sell: (sales, durability) => call('sell', sales, durability),
    importArticles: (count) => call('importArticles', count),
    lookUp: (barcodes) => call('lookUp', barcodes),
    memory: () => memoryOfBrowser(profile),
    async close() {
      await context.close();
      pages.closeAllConnections();
      pages.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(0);
  await page.goto(url);
  await page.waitForFunction('window.till !== undefined');
  return page;
}

/** Cross-origin isolated, so that the page's clock has steps of 5 µs instead of 100. */
function servePages(): ReturnType<typeof createServer> {
  return createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://till').pathname);
    const file = path.startsWith('/page/') ? join(root, 'bench/rivals', path) : join(root, path);
    const served = (path.startsWith('/page/') || path.startsWith('/dist/')) && existsSync(file);
    if (!served) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': file.endsWith('.html') ? 'text/html' : 'text/javascript',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(readFileSync(file));
  });
}

/** Of every process that names the profile or descends from one that does. */
async function memoryOfBrowser(profile: string): Promise<number> {
  const parents = new Map<number, number>();
  const counted = new Set<number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '');
      parents.set(Number(name), Number(status.split(' ')[1]));
      if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(profile)) counted.add(Number(name));
    } catch {
      // It has ended meanwhile.
    }
  }
  for (let before = -1; before !== counted.size; ) {
    before = counted.size;
    for (const [child, parent] of parents) if (counted.has(parent)) counted.add(child);
  }
  return [...counted].reduce((sum, id) => sum + memoryOf(id).proportional, 0);
}
