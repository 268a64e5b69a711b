import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Controller } from '../../provisioning/controller/controller.ts';
import type { ControllerStore } from '../../provisioning/controller/store/controller-store.ts';
import { KeyValueControllerStore } from '../../provisioning/controller/store/key-value-controller-store.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../src/platform/memory-store.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { benchController, password } from '../provisioning/controller/controller-bench.ts';
import { describeWith } from '../tools/needs.ts';
import { faintTexts } from './contrast.ts';
import { desktop, launchChromium, openPage, type PageFaults, picture } from './open-page.ts';
import { writeFleet } from './sample-fleet.ts';

/** Generous: how long anything may take on a busy machine. */
const timeout = 60_000;

/** Every place of the console: its name, address, and words that stand there when it is drawn. */
const places = [
  ['terminals', '#/terminals', '200 terminals'],
  ['terminal', '#/terminals/K7', 'not in Magento yet'],
  ['parked-at-terminal', '#/terminals/K5', 'doesn’t exist'],
  ['history', '#/terminals/K7/history', 'Came online'],
  ['settings', '#/terminals/K7/settings', 'sync.retryEvery'],
  ['jobs', '#/terminals/K7/jobs', 'Nothing was ordered'],
  ['report', '#/terminals/K7/report', 'No report was made yet'],
  ['alarms', '#/alarms', 'I see to it'],
  ['desk', '#/desk', 'An order is missing'],
  ['parked', '#/desk/parked', 'doesn’t exist'],
  ['checklist', '#/desk/checklist', 'need a look'],
  ['compared', '#/desk/compared', 'Compare now'],
  ['releases', '#/releases', 'No release is here'],
  ['rollouts', '#/rollouts', 'One job for many terminals'],
  ['groups', '#/settings', 'Market stalls'],
  ['group', '#/settings/market', 'sync.retryEvery'],
  ['joining', '#/joining', 'Claims'],
  ['users', '#/users', 'may sign in'],
  ['audit', '#/audit', 'POST /api/session'],
  ['me', '#/me', 'Tokens for programs'],
  ['nowhere', '#/nowhere', 'There is nothing here'],
  ['no-such-terminal', '#/terminals/NONE', 'There is no terminal NONE'],
] as const;

describeWith('chromium', 'the fleet’s console in a browser', (executablePath) => {
  let browser: Browser;
  let store: ControllerStore;
  let controller: Controller;
  let page: Page;
  let faults: PageFaults;
  /** Of the administrator. */
  let session: string;

  beforeAll(async () => {
    browser = await launchChromium(executablePath);
    store = new KeyValueControllerStore(new MemoryStoreMedium().open({ createIfMissing: true }), silentLogger);
    await writeFleet(store, 200, new SystemClock().now());
    controller = await benchController(store);
    session = (await controller.signIn.begin('ann', password)).secret;
  });
  afterAll(async () => {
    await browser.close();
    await controller.stop();
  });
  beforeEach(async () => {
    ({ page, faults } = await openPage(browser, `http://127.0.0.1:${controller.httpPort}/`, desktop));
    page.setDefaultTimeout(timeout);
  });
  afterEach(async () => {
    await page.close();
    // What a browser writes down by itself where the API says no.
    expect(faults.words.filter((words) => !/status of (401|403|404|409|422)/.test(words))).toEqual([]);
  });

  async function signInByForm(name: string): Promise<void> {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Console' }).waitFor();
  }
  /** By a session that is there already: a password takes its time on purpose. */
  async function signIn(): Promise<void> {
    await page.context().addCookies([{ name: 'holdfast_session', value: session, url: page.url() }]);
    await page.reload();
    await page.getByRole('navigation', { name: 'Console' }).waitFor();
  }
  async function go(address: string): Promise<void> {
    await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
  }
  const shows = (words: string): Promise<void> => page.getByText(words).first().waitFor();
  /** The numbers of the terminals that are drawn and seen. */
  const listed = (): Promise<string[]> => page.locator('.rows .row-link').allTextContents();

  it('lets in who knows the password, and nobody else', async () => {
    await page.getByLabel('Name').fill('ann');
    await page.getByLabel('Password').fill('not this one');
    await page.keyboard.press('Enter');
    await shows('Name or password is wrong');
    await picture(page, 'console-sign-in');
    await signInByForm('ann');
    await shows('200 terminals');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
  });

  it('is served with a policy that runs nothing from elsewhere, and nothing but its own files', async () => {
    const from = (path: string) => fetch(`http://127.0.0.1:${controller.httpPort}${path}`);
    const { headers } = await from('/');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    for (const path of ['/console.ts', '/%2e%2e/console.ts', '/screens/..%2f..%2fconsole.ts', '/screens']) {
      expect((await from(path)).status).toBe(404);
    }
  });

  it('finds terminals by words and by what is the matter, and opens one by keyboard alone', async () => {
    await signIn();
    await shows('200 terminals');
    await page.getByRole('button', { name: /^Lost/ }).click();
    await shows('15 of 200');
    await page.getByRole('button', { name: /^Terminals/ }).click();
    await page.keyboard.press('/');
    await page.keyboard.type('harbour k33');
    await shows('1 of 200');
    expect(await listed()).toEqual(['K33']);
    await page.getByLabel('Search terminals').fill('nowhere');
    await shows('No terminal fits');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('button', { name: 'Not in Magento yet' }).click();
    const waiting = () => page.locator('.rows [data-column=waiting]').allTextContents();
    await expect.poll(async () => (await waiting()).every((words) => words.includes('sale')), { timeout }).toBe(true);

    await page.getByRole('button', { name: 'Terminal', exact: true }).click();
    await page.getByRole('grid').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'End', 'ArrowUp']) await page.keyboard.press(key);
    await page.locator('#row-K199[aria-selected=true]').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'K199' }).waitFor();
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('K199');
  });

  it('shows what changes while it is looked at', async () => {
    await signIn();
    await shows('200 terminals');
    const report = await store.get('reports', 'K1');
    const value = { ...report!.value, presence: { ...report!.value.presence, state: 'lost' as const } };
    await store.write([{ collection: 'reports', id: 'K1', expected: report!.version, value }]);
    await expect.poll(() => page.locator('#row-K1').textContent(), { timeout }).toContain('lost');
    await store.write([{ collection: 'reports', id: 'K1', expected: report!.version + 1, value: report!.value }]);
    await expect.poll(() => page.locator('#row-K1').textContent(), { timeout }).toContain('online');
  });

  it('lets an operator see to an alarm, and names who does', async () => {
    await signIn();
    await go('#/alarms');
    await page.getByRole('button', { name: /I see to it: K7 K7 was lost/ }).click();
    await shows('ann sees to it');
  });

  it('decides a setting of one terminal, with the controller’s words where it can’t be', async () => {
    await signIn();
    await go('#/terminals/K8/settings');
    await page.getByRole('button', { name: 'Decide a setting' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Setting').fill('log.level');
    await dialog.getByLabel('Value').fill('loud');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').getByText('log.level').waitFor();
    await dialog.getByLabel('Value').fill('debug');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.getByRole('table').textContent(), { timeout }).toContain('debugthis terminal');
    expect((await store.get('terminals', 'K8'))?.value.settings).toEqual({ 'log.level': 'debug' });
    await page
      .getByRole('row', { name: /log.level/ })
      .getByRole('button', { name: 'Remove' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => page.getByRole('table').textContent(), { timeout }).toContain('infogroup market');
  });

  it('orders a job, follows it, and cancels it', async () => {
    await signIn();
    await go('#/terminals/K9/jobs');
    await page.getByRole('button', { name: 'Order something else' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What to do').selectOption('show-message');
    await dialog.getByLabel('Text', { exact: true }).fill('Closing at six');
    await dialog.getByRole('button', { name: 'Order it' }).click();
    await shows('waits for the terminal');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await shows('cancelled');
  });

  it('begins a rollout, pauses it, goes on, and aborts it', async () => {
    await signIn();
    await go('#/rollouts');
    await page.getByRole('button', { name: 'Begin a rollout' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Print everywhere');
    await dialog.getByLabel('For whom').selectOption('kiosk');
    await dialog.getByLabel('What to do').selectOption('test-print');
    await dialog.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('heading', { name: 'Print everywhere' }).waitFor();
    await shows('waits for the terminal');
    await picture(page, 'console-rollout');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Abort' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Abort it' }).click();
    await shows('aborted');
  });

  it('makes a claim code and a batch, and shows each once', async () => {
    await signIn();
    await go('#/joining');
    await page.getByRole('button', { name: 'Make a claim code' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('The device becomes').selectOption('replaces');
    await dialog.getByLabel('Number').fill('K7');
    await dialog.getByRole('button', { name: 'Make the code' }).click();
    await dialog.getByText(/^\d{3} \d{3} \d{3} \d{3}$/).waitFor();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    await picture(page, 'console-claim-code');
    await dialog.getByRole('button', { name: 'I have it' }).click();
    await shows('K7, in place of its device');
    await page.getByRole('button', { name: 'Make a batch' }).click();
    await dialog.getByLabel('Name').fill('autumn');
    await dialog.getByRole('button', { name: 'Make the batch' }).click();
    await dialog.getByText('"username":"batch-autumn"').waitFor();
    await dialog.getByRole('button', { name: 'I have it' }).click();
    await page
      .getByRole('row', { name: /batch-autumn/ })
      .getByRole('button', { name: 'Revoke' })
      .click();
    await page.getByRole('row', { name: /batch-autumn revoked/ }).waitFor();
  });

  it('decides about a case and a refused sale, which the terminal is told in a job', async () => {
    await signIn();
    await go('#/desk');
    await page
      .getByRole('row', { name: /K5-00000817/ })
      .getByRole('button', { name: 'Decide' })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What', { exact: true }).selectOption('close');
    await dialog.getByLabel('How it ended').selectOption('explained');
    await dialog.getByLabel('In words').fill('sold on paper that day');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await shows('The terminal is told');
    await go('#/desk/parked');
    await page
      .getByRole('row', { name: /K5-00000817/ })
      .getByRole('button', { name: 'Decide' })
      .click();
    await dialog.getByLabel('What', { exact: true }).selectOption('map-sku');
    await dialog.getByLabel('Article number as sold').fill('A-1');
    await dialog.getByLabel('Deliver it as').fill('A-2');
    await dialog.getByRole('button', { name: 'Decide so' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const jobs = (await store.list('jobs', { prefix: 'K5/' })).map(({ value }) => value.job);
    expect(jobs).toMatchObject([
      { kind: 'act-on-case', wish: { step: 'close', outcome: 'explained', by: 'ann (fleet)' } },
      { kind: 'decide-parked', decision: { kind: 'map-sku', from: 'A-1', to: 'A-2', by: 'ann (fleet)' } },
    ]);
  });

  it('has journals compared with Magento, and shows who has not looked yet', async () => {
    await signIn();
    await go('#/desk/compared');
    await page.getByRole('button', { name: 'Compare now' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Whom').selectOption('kiosk');
    await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
    await shows('of 66 terminals have compared');
    await shows('So far the tills and Magento agree');
    await picture(page, 'console-compared');
  });

  it('adds a user, who is offered only what the role may', async () => {
    // Its session ends here.
    await signInByForm('ann');
    await go('#/users');
    await page.getByRole('button', { name: 'Add a user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('vic');
    await dialog.getByLabel('First password').fill(password);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('row', { name: /vic viewer/ }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    await signInByForm('vic');
    await go('#/alarms');
    await shows('1 sale was refused');
    expect(await page.getByRole('button', { name: /I see to it/ }).count()).toBe(0);
    const offered = await page.getByRole('navigation', { name: 'Console' }).getByRole('link').allTextContents();
    expect(offered.map((words) => words.replace(/\d+$/, ''))).toEqual([
      'Terminals',
      'Alarms',
      'After the outage',
      'Rollouts',
      'Settings',
      'Joining',
    ]);
  });

  it('lets the keyboard reach everything that can be done, and shows where it is', async () => {
    await signIn();
    for (const [, address, words] of places.filter(([name]) =>
      ['terminals', 'settings', 'parked', 'joining'].includes(name),
    )) {
      await go(address);
      await shows(words);
      await page.evaluate('document.activeElement?.blur()');
      const wanted: number = await page.evaluate(`
        globalThis.reachable = [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex="0"]')]
          .filter((each) => each.checkVisibility() && !each.disabled && each.tabIndex >= 0);
        globalThis.reached = new Set();
        reachable.length`);
      for (let step = 0; step < wanted + 5; step += 1) {
        await page.keyboard.press('Tab');
        const isSeen: boolean = await page.evaluate(`(() => {
          const at = document.activeElement;
          if (at === document.body) return true;
          reached.add(at);
          return Number.parseFloat(getComputedStyle(at).outlineWidth) >= 2 && getComputedStyle(at).outlineStyle !== 'none';
        })()`);
        expect({ address, step, isSeen }).toEqual({ address, step, isSeen: true });
      }
      const missed = await page.evaluate(
        'reachable.filter((each) => !reached.has(each)).map((each) => each.outerHTML)',
      );
      expect({ address, missed }).toEqual({ address, missed: [] });
    }
  });

  it('tells that the controller is out of reach, and goes on when it is back', async () => {
    await signIn();
    await shows('200 terminals');
    await page.context().setOffline(true);
    // A stream that is open outlives the switch in Chromium: the page is told by the next question.
    await page.evaluate(`dispatchEvent(new Event('offline'))`);
    await shows('The controller does not answer');
    await page.context().setOffline(false);
    await page.evaluate(`dispatchEvent(new Event('online'))`);
    await page.getByText('The controller does not answer').waitFor({ state: 'hidden' });
    faults.words.length = 0;
  });

  it('is readable everywhere, light and dark, wide and narrow', async () => {
    await signIn();
    for (const [size, viewport, schemes] of [
      ['wide', { width: 1440, height: 900 }, ['light', 'dark']],
      // The colours are the same there.
      ['phone', { width: 390, height: 844 }, ['light']],
    ] as const) {
      await page.setViewportSize(viewport);
      for (const [name, address, words] of places) {
        await go(address);
        await shows(words);
        for (const scheme of schemes) {
          await page.emulateMedia({ colorScheme: scheme });
          const { looked, faint } = await faintTexts(page);
          expect({ name, scheme, faint }).toEqual({ name, scheme, faint: [] });
          expect(looked).toBeGreaterThan(5);
          const overflow: number = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect({ name, size, overflow: Math.max(0, overflow) }).toEqual({ name, size, overflow: 0 });
          await picture(page, `console-${name}-${size}-${scheme}`);
        }
      }
    }
  });
});
