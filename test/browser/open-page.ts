import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const output = fileURLToPath(new URL('../output/', import.meta.url));

export interface View {
  readonly width: number;
  readonly height: number;
  readonly scheme?: 'light' | 'dark';
  /** Pixels of the picture per pixel of the page. */
  readonly sharpness?: number;
}

export const desktop: View = { width: 1440, height: 900 };

/** Debian's Chromium without anything that calls out. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What went wrong inside a page while a test looked elsewhere; must stay empty. */
export interface PageFaults {
  readonly words: string[];
}

/** A page on `url`; its errors, and requests to anywhere but this machine, are collected. */
export async function openPage(browser: Browser, url: string, view: View): Promise<{ page: Page; faults: PageFaults }> {
  const page = await browser.newPage({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.scheme ?? 'light',
    deviceScaleFactor: view.sharpness ?? 1,
    reducedMotion: 'reduce',
  });
  const faults: PageFaults = { words: [] };
  page.on('pageerror', (error) => faults.words.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.words.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') faults.words.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  return { page, faults };
}

/** Saves what the page shows as `test/output/<name>.png`, to be looked at. */
export async function picture(page: Page, name: string, path = `${output}${name}.png`): Promise<void> {
  mkdirSync(output, { recursive: true });
  await page.screenshot({ path });
}
