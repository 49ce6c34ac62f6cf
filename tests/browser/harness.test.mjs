// Tests of the harness itself, on two pages: one as it should be, one with every fault.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from './harness.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const folders = {
	'/pages/': path.join(here, 'pages'),
	'/static/': path.resolve(here, '../../ui/static'),
};

test('harness__good_page__passes_every_assertion', async (t) => {
	await t.files(folders);
	for (const dark of [false, true]) {
		const page = await t.page({ dark });
		await page.goto('/pages/good.html');
		assert.equal(await page.textContent('#script'), 'mit Skript');
		const font = await page.evaluate(() => document.fonts.check('600 18px "Fira Sans"'));
		assert.ok(font, 'Fira Sans is loaded');
		await t.axe(page);
		await t.noSideScroll(page);
		const stops = await t.tabStops(page);
		assert.deepEqual(stops.map((stop) => stop.tag), ['a', 'input', 'button']);
		assert.ok(stops.every((stop) => stop.seen), JSON.stringify(stops));
		const file = await t.shot(page, `harness-${dark ? 'dark' : 'light'}`);
		assert.ok(fs.statSync(file).size > 1000);
	}
});

test('harness__without_javascript__form_still_works', async (t) => {
	await t.files(folders);
	const page = await t.page({ js: false });
	await page.goto('/pages/good.html');
	assert.equal(await page.textContent('#script'), 'ohne Skript');
	await page.fill('#miete', '682,00');
	await page.click('button[type=submit]');
	assert.match(page.url(), /\?miete=682%2C00$/);
});

test('harness__bad_page__every_fault_is_found', async (t) => {
	await t.files(folders);
	const page = await t.page();
	await page.goto('/pages/bad.html');
	await assert.rejects(t.axe(page), /image-alt[^]*label/);
	await assert.rejects(t.noSideScroll(page), /sideways at 320 px/);
	await assert.rejects(page.goto('http://127.0.0.2/'));
	await assert.rejects(t.finish(), (error) =>
		/Content Security Policy/.test(error.message) && /left the server/.test(error.message));
	t.expect(/./);
});
