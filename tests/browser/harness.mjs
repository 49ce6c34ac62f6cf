// What a test in a browser needs: the server on a free port, pages with and without JavaScript, axe,
// screenshots. A test file looks like this:
//
//   import assert from 'node:assert/strict';
//   import { test } from './harness.mjs';
//
//   test('portal__start_page__finds_a_service_by_its_name', async (t) => {
//   	const server = await t.server();           // shared by the tests of the file, with demonstration data
//   	const page = await t.page({ js: false });  // { js, width, height, dark, contrast, language, base }
//   	await page.goto('/');
//   	await t.axe(page);                         // no violation of WCAG 2.2 A, AA and best practice
//   	await t.noSideScroll(page);                // at 320 px
//   	await t.shot(page, 'start');               // build/shots/start.png
//   });
//
// A test also fails when a page throws, breaks its content security policy or asks another host than the
// server for anything; `t.expect(/pattern/)` names a console message that a test wants.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer, startStatic } from './server.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(path.join(root, 'ui/package.json'));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SHOTS = path.join(root, 'build/shots');
const ACTION_MS = 15_000;

let tests = [];
let browser = null;
const servers = new Map(); // test file -> server

// `ms`: how long it may take, for whole journeys.
export function test(name, body, { ms } = {}) {
	tests.push({ name, body, ms });
}

export function takeTests() {
	const taken = tests;
	tests = [];
	return taken;
}

async function theBrowser() {
	browser ??= await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
	return browser;
}

// Stops the server of one file, or everything.
export async function closeAll(file) {
	for (const [owner, server] of servers) {
		if (file && owner !== file) continue;
		servers.delete(owner);
		await server.stop();
	}
	if (!file && browser) {
		await browser.close();
		browser = null;
	}
}

class World {
	constructor(file) {
		this.file = file;
		this.contexts = [];
		this.own = [];
		this.complaints = [];
		this.expected = [];
		this.base = null;
	}

	// The server of this file, started once. `fresh: true` gives the test one of its own, which it may
	// stop and start again.
	async server({ fresh = false, ...options } = {}) {
		let server = fresh ? null : servers.get(this.file);
		if (!server) {
			server = await startServer(options);
			if (fresh) this.own.push(server);
			else servers.set(this.file, server);
		}
		this.base = server.base;
		return server;
	}

	// A server of plain files, { '/path/': folder }, for tests of the harness and of single pages.
	async files(folders) {
		const server = await startStatic(folders);
		this.own.push(server);
		this.base = server.base;
		return server;
	}

	async page({ js = true, width = 1366, height = 900, dark = false, contrast = false,
		language = 'de-DE', base = this.base } = {}) {
		const context = await (await theBrowser()).newContext({
			baseURL: base ?? undefined,
			javaScriptEnabled: js,
			viewport: { width, height },
			colorScheme: dark ? 'dark' : 'light',
			forcedColors: contrast ? 'active' : 'none',
			locale: language,
			timezoneId: 'Europe/Berlin',
		});
		context.setDefaultTimeout(ACTION_MS);
		this.contexts.push(context);
		await this.keepInside(context, base);
		const page = await context.newPage();
		page.on('pageerror', (error) => this.complain(`the page threw: ${error.message}`));
		page.on('console', (message) => {
			if (message.type() === 'error') this.complain(`console: ${message.text()}`);
		});
		return page;
	}

	// A page may ask its own server and nobody else.
	async keepInside(context, base) {
		await context.route('**/*', (route) => {
			const url = new URL(route.request().url());
			const inside = url.protocol === 'data:' || url.protocol === 'blob:' ||
				(base && url.origin === new URL(base).origin);
			if (inside) return route.continue();
			this.complain(`a request left the server: ${url.origin}`);
			return route.abort();
		});
	}

	complain(text) {
		this.complaints.push(text);
	}

	expect(pattern) {
		this.expected.push(pattern);
	}

	// Needs a page with JavaScript: axe runs inside of it.
	async axe(page, { without = [] } = {}) {
		let builder = new AxeBuilder({ page }).withTags(RULES);
		for (const selector of without) builder = builder.exclude(selector);
		const { violations } = await builder.analyze();
		if (violations.length === 0) return;
		const lines = violations.flatMap((v) => v.nodes.map((node) =>
			`${v.id}: ${v.help}\n  ${node.target.join(' ')}\n  ${node.html.slice(0, 160)}`));
		throw new Error(`axe found ${lines.length} on ${page.url()}\n${lines.join('\n')}`);
	}

	async noSideScroll(page, width = 320) {
		const before = page.viewportSize();
		await page.setViewportSize({ width, height: 640 });
		const wide = await page.evaluate(() => {
			const limit = document.documentElement.clientWidth;
			if (document.scrollingElement.scrollWidth <= limit) return null;
			const out = [];
			for (const element of document.body.querySelectorAll('*')) {
				if (element.getBoundingClientRect().right > limit + 1) {
					out.push(`${element.tagName.toLowerCase()}.${element.className}`);
				}
			}
			return `${document.scrollingElement.scrollWidth} px: ${out.slice(0, 5).join(', ')}`;
		});
		await page.setViewportSize(before);
		if (wide) throw new Error(`${page.url()} scrolls sideways at ${width} px: ${wide}`);
	}

	// What can be reached with the Tab key, in order; at each stop the focus must be visible.
	async tabStops(page, most = 200) {
		const stops = [];
		for (let i = 0; i < most; i++) {
			await page.keyboard.press('Tab');
			const stop = await page.evaluate(() => {
				const e = document.activeElement;
				if (!e || e === document.body) return null;
				const style = getComputedStyle(e);
				const seen = (parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none') ||
					style.boxShadow !== 'none';
				const name = e.getAttribute('aria-label') ?? e.innerText ?? e.name ?? '';
				return { tag: e.tagName.toLowerCase(), id: e.id, name: name.trim().slice(0, 60), seen };
			});
			if (!stop) break;
			stops.push(stop);
		}
		return stops;
	}

	async shot(page, name) {
		fs.mkdirSync(SHOTS, { recursive: true });
		const file = path.join(SHOTS, `${name}.png`);
		await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
		return file;
	}

	// Throws what pages complained about, unless the test expected it.
	async finish() {
		const left = this.complaints.filter((c) => !this.expected.some((pattern) => pattern.test(c)));
		if (left.length > 0) throw new Error(left.join('\n'));
	}

	// What helps to understand a failure: a picture of every open page, the last lines of the server.
	async evidence(name) {
		for (const [i, page] of this.contexts.flatMap((context) => context.pages()).entries()) {
			try {
				console.log(`    seen at ${page.url()}: ${await this.shot(page, `failed-${name}-${i}`)}`);
			} catch {
				console.log('    a page could not be shown');
			}
		}
		for (const server of [...this.own, servers.get(this.file)]) {
			if (server?.lines) console.log(server.lines.slice(-15).join('\n').replace(/^/gm, '    | '));
		}
	}

	async close() {
		for (const context of this.contexts) await context.close();
		const ends = await Promise.allSettled(this.own.map((server) => server.stop()));
		for (const end of ends) {
			if (end.status === 'rejected') throw end.reason;
		}
	}
}

export function world(file) {
	return new World(file);
}
