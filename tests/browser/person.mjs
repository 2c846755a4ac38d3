// One person at one page: what they do, what they see, and what must never happen there.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const DESKTOP = { width: 1100, height: 760 };
/** How long anything may take to show up. */
const PATIENCE = 20_000;
/** Answers that the claims provoke: a refused link, a used session. */
const PROVOKED = /status of (400|401|404|409|422)|ERR_CONNECTION_REFUSED|WebSocket connection|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/;

/** For work on the page: its files come from this folder (node/web/dist), not from the node, which need not be built anew. */
const PAGE = process.env.CHAPPE_PAGE;
const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', ftl: 'text/plain', json: 'application/json' };

async function fromFolder(route) {
  const { pathname } = new URL(route.request().url());
  const file = pathname === '/' ? 'index.html' : pathname.slice(1);
  if (!existsSync(`${PAGE}/${file}`)) return route.continue();
  // The node's headers, its Content-Security-Policy among them.
  const { headers } = await route.fetch().then((answer) => ({ headers: answer.headers() }));
  delete headers['content-encoding'];
  return route.fulfill({ path: `${PAGE}/${file}`, headers: { ...headers, 'content-type': TYPES[file.split('.').at(-1)] } });
}

export class Person {
  /** Dialogs that a script opened, requests to other hosts, errors of the page: all must stay empty. */
  dialogs = [];
  foreign = [];
  errors = [];

  /** Logs in; there is a chat already. */
  static async enter(browser, name, loginUrl, out) {
    const person = await Person.arrive(browser, name, loginUrl, out);
    await person.page.locator('.chat-row').first().waitFor();
    return person;
  }

  static async arrive(browser, name, loginUrl, out) {
    const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-GB', colorScheme: 'light', ...(PAGE && { serviceWorkers: 'block' }) });
    if (PAGE) await context.route(/\/(assets\/[^/]+)?$/, fromFolder);
    const person = new Person(name, await context.newPage(), new URL(loginUrl).host, out);
    await person.page.goto(loginUrl);
    // What is answered to the login leads on by itself, past the folder.
    if (PAGE) await person.page.reload();
    return person;
  }

  constructor(name, page, host, out) {
    this.name = name;
    this.page = page;
    this.out = out;
    page.setDefaultTimeout(PATIENCE);
    page.on('dialog', (dialog) => {
      this.dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.host !== host) this.foreign.push(request.url());
    });
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error' && !PROVOKED.test(line.text())) this.errors.push(line.text());
    });
  }

  /** The chats, in a desktop's window, in light colours, with nothing open over them. */
  async home({ empty = false } = {}) {
    await this.page.emulateMedia({ colorScheme: 'light' });
    await this.page.setViewportSize(DESKTOP);
    if (new URL(this.page.url()).pathname !== '/') await this.page.goto(new URL('/', this.page.url()).href);
    await this.page.evaluate(() => {
      document.querySelector('dialog[open]')?.close();
      document.querySelector('.selection-bar button')?.click();
      location.hash = '#/';
    });
    await this.page.locator(empty ? '#search' : '.chat-row').first().waitFor();
  }

  /** Goes to a screen by its address. */
  async screen(path) {
    await this.page.evaluate((hash) => { location.hash = hash; }, `#/${path}`);
    await this.page.locator('.screen').waitFor();
  }

  async openFirstChat() {
    await this.page.locator('.chat-row').first().click();
    await this.field().waitFor();
  }

  /** Where one writes. */
  field() {
    return this.page.locator('#composer');
  }

  async say(text) {
    const field = this.field();
    await field.fill(text);
    await field.press('Enter');
    await this.bubbles(text).first().waitFor();
  }

  /** The messages whose text holds `text`, white space included, or matches it as a pattern. */
  bubbles(text, { pattern = false } = {}) {
    const escaped = pattern ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return this.page.locator('.message', { hasText: new RegExp(escaped) });
  }

  async sees(text, options = {}) {
    await this.bubbles(text).first().waitFor(options);
  }

  /** The ticks of an own message become one of these. */
  async seesTicks(text, ticks) {
    const any = ticks.map((tick) => `[data-ticks="${tick}"]`).join(', ');
    await this.bubbles(text).locator(any).waitFor();
  }

  async shot(name) {
    await this.page.waitForTimeout(250); // animations; nothing is decided by this
    await this.page.screenshot({ path: `${this.out}/${this.name}-${name}.png` });
  }

  /** No violation of WCAG 2 A or AA that axe can find. */
  async axe(where) {
    await this.page.waitForTimeout(250); // colours are measured at rest, not in an animation
    await this.page.evaluate(axeSource);
    const found = await this.page.evaluate(async () => {
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
      const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.failureSummary})`).join(' | ')}`);
    });
    if (found.length > 0) throw new Error(`axe, ${where}: ${found.join('\n')}`);
  }
}
