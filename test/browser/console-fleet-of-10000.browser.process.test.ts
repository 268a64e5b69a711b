import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Controller } from '../../provisioning/controller/controller.ts';
import type { Change, ControllerStore } from '../../provisioning/controller/store/controller-store.ts';
import { KeyValueControllerStore } from '../../provisioning/controller/store/key-value-controller-store.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../src/platform/memory-store.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { benchController, password } from '../provisioning/controller/controller-bench.ts';
import { describeWith } from '../tools/needs.ts';
import { desktop, launchChromium, openPage, type PageFaults } from './open-page.ts';
import { writeFleet } from './sample-fleet.ts';

const timeout = 120_000;

/** Elements that the whole page may have, however large the fleet: some 35 rows of 15, and the frame. */
const mostElements = 1000;

describeWith('chromium', 'the console of 10,000 terminals in a browser', (executablePath) => {
  let browser: Browser;
  let store: ControllerStore;
  let controller: Controller;
  let page: Page;
  let faults: PageFaults;

  beforeAll(async () => {
    browser = await launchChromium(executablePath);
    store = new KeyValueControllerStore(new MemoryStoreMedium().open({ createIfMissing: true }), silentLogger);
    await writeFleet(store, 10_000, new SystemClock().now());
    controller = await benchController(store);
    ({ page, faults } = await openPage(browser, `http://127.0.0.1:${controller.httpPort}/`, desktop));
    page.setDefaultTimeout(timeout);
    // What a page does at a stretch for more than 50 ms (W3C Long Tasks); counted, and told, not judged: it is the machine's as well.
    await page.addInitScript(`
      globalThis.longTasks = [];
      new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration))))
        .observe({ type: 'longtask', buffered: true });
    `);
    await page.reload();
    await page.getByLabel('Name').fill('ann');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('10,000 terminals').waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await controller.stop();
  });

  const elements = (): Promise<number> => page.evaluate('document.getElementsByTagName("*").length');
  const rows = (): Promise<number> => page.locator('.rows > .row').count();
  const longTasks = (): Promise<number[]> => page.evaluate('longTasks.splice(0)');
  /** Resolves with how many rows were taken in or out of the page while `what` was done. */
  async function rowsChanged(what: () => Promise<void>): Promise<number> {
    await page.evaluate(`
      globalThis.changed = 0;
      globalThis.watcher = new MutationObserver((records) => {
        for (const { addedNodes, removedNodes } of records) changed += addedNodes.length + removedNodes.length;
      });
      watcher.observe(document.querySelector('.rows'), { childList: true });
    `);
    await what();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    return page.evaluate('watcher.disconnect(); changed');
  }

  it('draws what is seen, and no more, wherever one looks', async () => {
    console.info(`long tasks while opening, ms: ${(await longTasks()).join(' ') || 'none'}`);
    expect(await elements()).toBeLessThan(mostElements);
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await page.locator('#row-K10000[aria-selected=true]').waitFor();
    expect(await elements()).toBeLessThan(mostElements);
    await page.keyboard.press('Home');
    await page.locator('#row-K1[aria-selected=true]').waitFor();

    const most = await rowsChanged(async () => {
      await page.evaluate(`(async () => {
        const main = document.querySelector('main');
        for (let step = 1; step <= 60; step += 1) {
          main.scrollTop = step * 7000;
          await new Promise((done) => requestAnimationFrame(done));
        }
      })()`);
    });
    const drawn = await rows();
    console.info(
      `long tasks while scrolling through all, ms: ${(await longTasks()).join(' ') || 'none'}; ${drawn} rows drawn`,
    );
    expect(drawn).toBeLessThan(45);
    expect(await elements()).toBeLessThan(mostElements);
    // Rows are used again: sixty jumps over the whole list make hardly any.
    expect(most).toBeLessThan(60);
    await page.evaluate('document.querySelector("main").scrollTop = 0');
  });

  it('finds one of all while it is typed', async () => {
    await page.getByLabel('Search terminals').pressSequentially('harbour k9998');
    await page.getByText('1 of 10,000').waitFor();
    expect(await page.locator('.rows .row-link').allTextContents()).toEqual(['K9998']);
    console.info(`long tasks while typing, ms: ${(await longTasks()).join(' ') || 'none'}`);
    await page.getByLabel('Search terminals').fill('');
    await page.getByText('10,000 terminals').waitFor();
  });

  it('stays as it is while a thousand terminals change, and shows the change', async () => {
    const reports = (await store.list('reports')).slice(0, 1000);
    const changed = await rowsChanged(async () => {
      await store.write(
        reports.map(
          ({ id, version, value }): Change => ({
            collection: 'reports',
            id,
            expected: version,
            value: { ...value, presence: { ...value.presence, state: 'restarting' } },
          }),
        ),
      );
      await expect.poll(() => page.locator('#row-K1').textContent(), { timeout }).toContain('restarting');
    });
    console.info(`long tasks while 1,000 terminals change, ms: ${(await longTasks()).join(' ') || 'none'}`);
    expect(changed).toBe(0);
    expect(await elements()).toBeLessThan(mostElements);
    await page.getByLabel('State').selectOption('restarting');
    await page.getByText('1,000 of 10,000').waitFor();
    expect(faults.words.filter((words) => !words.includes('status of 401'))).toEqual([]);
  });
});
