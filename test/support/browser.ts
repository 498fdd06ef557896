import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

/** How a page is looked at. */
export interface View {
  readonly width?: number;
  readonly isDark?: boolean;
}

/** What a page did that a reader does not see: what it said on the console, and what it asked for. */
export interface Heard {
  readonly console: string[];
  readonly requests: string[];
}

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** A browser that is installed: the one that ETL1_CHROMIUM names, or one on the path. They are not part of the project: none may be there. */
export const browserFile: string | null = findBrowser();

/** Starts the browser. */
export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserFile ?? '',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    timeout: 60_000,
  });
}

/** Opens a file of the disk, without a network, once the page is drawn. */
export async function openIn(
  browser: Browser,
  file: string,
  { width = 1280, isDark = false }: View = {},
): Promise<{ page: Page; heard: Heard }> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: isDark ? 'dark' : 'light',
    offline: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const heard: Heard = { console: [], requests: [] };
  page.on('console', (message) => heard.console.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => heard.console.push(`error: ${error.message}`));
  page.on('request', (request) => heard.requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  await page.locator('footer').waitFor();
  return { page, heard };
}

function findBrowser(): string | null {
  const { ETL1_CHROMIUM: given, PATH = '' } = process.env;
  const candidates = given
    ? [given]
    : PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = candidates.find(isProgram) ?? null;
  if (found === null)
    process.stderr.write(
      `skipped: no browser; ETL1_CHROMIUM names one, or ${names.join(', ')} on the path\n`,
    );
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
