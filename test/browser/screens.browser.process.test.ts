import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { builtInLanguages } from '../../src/languages/language.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { startCounter } from '../../src/showroom/counter/server.ts';
import { scenes } from '../../src/showroom/gallery/pictures.ts';
import { FakeShowroom } from '../showroom/counter/fake-showroom.ts';
import { describeWith } from '../tools/needs.ts';
import { launchChromium, openPage, picture } from './open-page.ts';

describeWith('chromium', 'every screen on one page', (executablePath) => {
  it('shows each state in each language, in the letters of each device', async () => {
    const browser = await launchChromium(executablePath);
    const counter = await startCounter({
      showroom: new FakeShowroom(),
      port: 0,
      clock: new SystemClock(),
      log: silentLogger,
    });
    try {
      const { page, faults } = await openPage(browser, new URL('screens', counter.url).href, {
        width: 1720,
        height: 1100,
      });
      expect(await page.locator('tbody tr').count()).toBe(scenes().length);
      expect(await page.locator('tbody tr').first().locator('td').count()).toBe(builtInLanguages.length);
      const row = page.locator('tr', { has: page.getByRole('rowheader', { name: 'paying', exact: true }) });
      expect(await row.locator('td[lang=vi] pre').first().textContent()).toContain('Phải trả');
      // No column is so wide that the page has to be moved sideways, and no display is broken into two.
      expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBeLessThanOrEqual(1720);
      const heights = await row
        .locator('figure[data-display="16x2"] pre')
        .evaluateAll((all) => all.map((each) => each.clientHeight));
      expect(new Set(heights).size).toBe(1);
      await row.scrollIntoViewIfNeeded();
      await picture(page, 'screens', process.env['HOLDFAST_PICTURES'] === '1' ? imagePath : undefined);

      await page.getByRole('link', { name: 'HD44780 A00' }).click();
      expect(await row.locator('td[lang=vi] pre').first().textContent()).toContain('Phai tra');
      expect(faults.words).toEqual([]);
    } finally {
      await counter.close();
      await browser.close();
    }
  });
});

const imagePath = fileURLToPath(new URL('../../docs/images/screens.png', import.meta.url));
