// The desk as two clerks meet it: from the worklist to the signed notice in the mailbox, with and without
// JavaScript; what goes wrong on the way; the control page.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from './harness.mjs';
import { begin, fillIn, go, login, PDF, send } from './wohngeld.mjs';

const PASSWORD = 'amtsweg-2026';
const shown = (page) => page.locator('main').innerText();
const button = (page, name) => page.getByRole('button', { name, exact: true });
const main = (page) => page.locator('main a.kern-btn--primary').first();

async function looksRight(t, page, name) {
	await t.axe(page);
	await t.noSideScroll(page);
	await t.shot(page, `desk-${name}`);
}

async function clerk(t, who, options = {}) {
	const page = await t.page(options);
	await page.goto('/arbeitsplatz');
	await page.fill('[name="name"]', who);
	await page.fill('[name="kennwort"]', PASSWORD);
	await go(page);
	return page;
}

async function openCase(page, number) {
	await page.goto(`/arbeitsplatz/vorgang/${number}`);
	assert.match(await shown(page), new RegExp(number));
}

// Letters are made beside the request: the page looks again until the step is there.
async function untilShown(page, number, words) {
	for (let i = 0; i < 60; i++) {
		await openCase(page, number);
		if (words.test(await shown(page))) return;
		await new Promise((done) => setTimeout(done, 250));
	}
	throw new Error(`${words} never came at ${page.url()}: ${(await shown(page)).slice(0, 400)}`);
}

async function apply(t, options) {
	const page = await t.page(options);
	await begin(page);
	await fillIn(page, { each: async (address) => { // so much that there is a claim
		if (address.endsWith('income.1')) await page.getByLabel('Wie viel, vor allen Abzügen?').fill('1180,00');
	} });
	await go(page, page.locator('main a.kern-btn--primary'));
	await login(page, { to: null });
	return { page, number: await send(page) };
}

async function askForProof(t, page, number, see) {
	await untilShown(page, number, /Nächster Schritt: Vollständigkeit prüfen/);
	await see(page, 'vorgang-neu');
	await go(page, main(page));
	t.expect(/422/);
	await go(page, button(page, 'Markiertes nachfordern'));
	assert.match(await page.title(), /^Fehler: /);
	await see(page, 'pruefen-fehler');
	await page.locator('input[name="fehlt"][value="proof_income"]').check();
	await page.fill('[name="text"]', 'Bitte schicken Sie die letzten drei Lohnabrechnungen.');
	await go(page, button(page, 'Alles vollständig'));
	assert.match(await shown(page), /markiert/, 'ticked and complete at once is a mistake');
	await go(page, button(page, 'Vorschau zeigen'));
	assert.match(await shown(page), /letzten drei Lohnabrechnungen/);
	assert.ok(await page.locator('input[name="fehlt"][value="proof_income"]').isChecked());
	await see(page, 'pruefen-vorschau');
	await go(page, button(page, 'Markiertes nachfordern'));
	await untilShown(page, number, /Wir warten auf die Antwort/);
	await see(page, 'vorgang-wartet');
}

async function answer(page, number) {
	await page.goto(`/meine/${number}/antwort`);
	await page.setInputFiles('input[name="proof_income"]',
		{ name: 'lohn.pdf', mimeType: 'application/pdf', buffer: PDF });
	await go(page);
	assert.match(page.url(), /geantwortet/);
}

async function decide(t, page, number, see) {
	await untilShown(page, number, /Nächster Schritt: Entscheiden/);
	await see(page, 'vorgang-entscheiden');
	await go(page, main(page));
	await page.fill('[name="grund"]', 'Alles liegt vor.');
	await go(page, button(page, 'Entscheiden'));
	assert.equal(await page.inputValue('[name="grund"]'), 'Alles liegt vor.');
	await see(page, 'entscheiden-fehler');
	await go(page, button(page, 'Speichern'));
	assert.equal(await page.inputValue('[name="grund"]'), 'Alles liegt vor.', 'saved comes back');
	await page.locator('[name="ergebnis"][value="grant"]').check();
	await go(page, button(page, 'Entscheiden'));
}

async function draft(page, number, see) {
	await untilShown(page, number, /Nächster Schritt: .*entwerfen/);
	await go(page, main(page));
	await page.locator('textarea').first().fill('Zu Ihrem Haushalt gehört eine Person.');
	await go(page, button(page, 'Entwurf speichern'));
	assert.match(await page.locator('textarea').first().inputValue(), /Zu Ihrem Haushalt/);
	await see(page, 'entwurf');
	const pdf = await page.request.get(`${new URL(page.url()).pathname}/vorschau`);
	assert.equal(pdf.headers()['content-type'], 'application/pdf');
	await go(page, button(page, 'Zum Gegenprüfen geben'));
	await untilShown(page, number, /Gegenprüfen und zeichnen/);
}

async function sign(t, page, number, see) {
	await untilShown(page, number, /Nächster Schritt: Gegenprüfen/);
	await go(page, main(page));
	await see(page, 'zeichnen');
	await go(page, button(page, 'Zurückgeben'));
	assert.match(await shown(page), /geändert werden soll/);
	await see(page, 'zeichnen-fehler');
	await page.fill('[name="notiz"]', 'Bitte einen Gruß ergänzen.');
	await go(page, button(page, 'Zurückgeben'));
}

async function wholeChain(t, options, see) {
	await t.server();
	const { page: citizen, number } = await apply(t, options);
	const first = await clerk(t, 'krueger', options);
	await see(first, 'vorgaenge');
	await askForProof(t, first, number, see);
	await answer(citizen, number);
	await untilShown(first, number, /Nächster Schritt: Vollständigkeit prüfen/);
	assert.equal(await first.locator('ins').count() > 0, true, 'the changed answer is marked');
	await see(first, 'vorgang-geaendert');
	await go(first, main(first));
	await go(first, button(first, 'Alles vollständig'));
	await decide(t, first, number, see);
	await draft(first, number, see);
	assert.equal(await main(first).count(), 0, 'whoever drafted cannot sign');
	await see(first, 'vorgang-entworfen');

	const second = await clerk(t, 'hoffmann', options);
	await sign(t, second, number, see);
	await untilShown(first, number, /Nächster Schritt: .*entwerfen/);
	await go(first, main(first));
	assert.match(await shown(first), /Bitte einen Gruß ergänzen/);
	await see(first, 'entwurf-zurueck');
	await go(first, button(first, 'Zum Gegenprüfen geben'));
	await untilShown(second, number, /Nächster Schritt: Gegenprüfen/);
	await go(second, main(second));
	await go(second, button(second, 'Zeichnen'));
	await untilShown(second, number, /Bekannt gegeben/);
	await see(second, 'vorgang-bekannt');
	await citizen.goto(`/meine/${number}`);
	assert.match(await shown(citizen), /Bescheid/);
	return { number, first, second };
}

test('desk__wohngeld_by_two_clerks__notice_in_the_mailbox', async (t) => {
	const { number, first } = await wholeChain(t, {}, (page, name) => looksRight(t, page, name));
	for (const [path, name] of [['/zugriff', 'zugriff'], ['/ablegen', 'ablegen'],
		['?verlauf=alles&angaben=alle', 'vorgang-alles']]) {
		await first.goto(`/arbeitsplatz/vorgang/${number}${path}`);
		await looksRight(t, first, name);
	}
	const text = await shown(first);
	assert.doesNotMatch(text, /node\.|task\.|[0-9A-Z]{26}/, 'no ids and kinds in the history');
}, { ms: 300_000 });

test('desk__wohngeld_without_javascript__same_end', async (t) => {
	await wholeChain(t, { js: false }, async () => {});
}, { ms: 300_000 });

test('desk__lists__filtered_empty_and_narrow', async (t) => {
	await t.server();
	const page = await clerk(t, 'krueger');
	for (const [query, name] of [['', 'liste'], ['?bei=mir', 'liste-meine'], ['?bei=niemand', 'liste-eingang'],
		['?frist=heute', 'liste-heute'], ['?wort=Nichtsdergleichen', 'liste-leer'], ['?wort=Noack', 'liste-name']]) {
		await page.goto(`/arbeitsplatz/vorgaenge${query}`);
		await looksRight(t, page, name);
	}
	assert.match(await shown(page), /Noack, Juri/);
	assert.doesNotMatch(await shown(page), /Mustermann/);
	await page.goto('/arbeitsplatz/versand');
	await looksRight(t, page, 'versand');
});

test('desk__task_taken__is_mine_and_leaves_the_inbox', async (t) => {
	await t.server();
	const page = await clerk(t, 'krueger', { js: false });
	await page.goto('/arbeitsplatz/vorgaenge?bei=niemand');
	const row = page.locator('table.aw-list tbody tr', { has: page.locator('button') }).first();
	const number = (await row.locator('.c-no').innerText()).trim();
	await go(page, row.locator('button'));
	assert.doesNotMatch(await shown(page), new RegExp(number));
	await page.goto('/arbeitsplatz/vorgaenge?bei=mir');
	assert.match(await shown(page), new RegExp(number));
});

test('desk__letter_by_post__waits_for_the_day_and_goes_on', async (t) => {
	await t.server();
	for (const who of ['krueger', 'vogel', 'richter', 'krawc']) {
		const page = await clerk(t, who);
		await page.goto('/arbeitsplatz/versand');
		const link = page.locator('table.aw-list tbody th a').first();
		if (await link.count() === 0) continue;
		await go(page, link);
		await looksRight(t, page, 'versand-eintragen');
		t.expect(/422/);
		await page.fill('input[name="tag.year"]', '2099');
		await go(page);
		assert.match(await page.title(), /^Fehler: /);
		await looksRight(t, page, 'versand-fehler');
		await page.reload();
		const now = new Date();
		await page.fill('input[name="tag.year"]', String(now.getFullYear()));
		await go(page);
		assert.match(await shown(page), /Zur Post gegeben/);
		return;
	}
	throw new Error('the demonstration has no letter for the post');
});

test('desk__case_of_another_authority__like_one_that_is_not_there', async (t) => {
	await t.server();
	const dresden = await clerk(t, 'krueger');
	const number = (await dresden.locator('table.aw-list .c-no').first().innerText()).trim();
	const leipzig = await clerk(t, 'vogel');
	t.expect(/404/);
	const answers = [];
	for (const n of [number, 'DD-AAA-AAA-AA']) {
		const response = await leipzig.goto(`/arbeitsplatz/vorgang/${n}`);
		answers.push([response.status(), await shown(leipzig)]);
	}
	assert.equal(answers[0][0], 404);
	assert.deepEqual(answers[0], answers[1]);
});

test('desk__task_done_by_somebody_else__typed_text_is_kept', async (t) => {
	await t.server();
	const first = await clerk(t, 'krueger', { js: false });
	const second = await clerk(t, 'hoffmann', { js: false });
	await first.goto('/arbeitsplatz/vorgaenge');
	const row = first.locator('table.aw-list tbody tr', { hasText: 'Entscheiden' }).first();
	await go(first, row.locator('th a'));
	await go(first, main(first));
	await second.goto(first.url());
	for (const page of [first, second]) {
		await page.locator('[name="ergebnis"][value="grant"]').check();
		await page.fill('[name="grund"]', 'Mein langer Grund.');
	}
	await go(second, button(second, 'Entscheiden'));
	t.expect(/409/);
	await go(first, button(first, 'Entscheiden'));
	const text = await shown(first);
	assert.match(text, /Bernd Hoffmann/);
	assert.match(text, /Mein langer Grund/);
});

test('desk__document_filed__wrong_kinds_are_named', async (t) => {
	await t.server();
	const page = await clerk(t, 'krueger');
	const number = (await page.locator('table.aw-list .c-no').first().innerText()).trim();
	await page.goto(`/arbeitsplatz/vorgang/${number}/ablegen`);
	t.expect(/422/);
	await page.fill('#titel', 'Auskunft');
	await page.setInputFiles('#datei', { name: 'x.exe', mimeType: 'application/pdf', buffer: Buffer.from('MZ\x90\x00\x03\x00') });
	await go(page);
	assert.match(await page.title(), /^Fehler: /);
	assert.equal(await page.inputValue('#titel'), 'Auskunft');
	await looksRight(t, page, 'ablegen-fehler');
	await page.setInputFiles('#datei', { name: 'auskunft.pdf', mimeType: 'application/pdf', buffer: PDF });
	await go(page);
	assert.match(await shown(page), /Auskunft/);
});

test('desk__lead__gives_a_task_to_a_colleague', async (t) => {
	await t.server();
	const page = await clerk(t, 'loewe');
	await go(page, page.locator('table.aw-list tbody tr', { hasText: 'Wohngeld' }).first().locator('th a'));
	await go(page, page.getByRole('link', { name: 'Zuteilen' }).first());
	await looksRight(t, page, 'zuteilen');
	await page.getByLabel('Wer macht es?').selectOption({ label: 'Bernd Hoffmann, Sozialamt Dresden, Wohngeld' });
	await go(page);
	assert.match(await shown(page), /Bernd Hoffmann/);
});

test('control__clock_moved__periods_act_and_are_told', async (t) => {
	await t.server({ fresh: true });
	const page = await clerk(t, 'betrieb');
	await looksRight(t, page, 'leitstand');
	await go(page, button(page, '4 Wochen vor'));
	assert.match(await shown(page), /28 Tage weiter/);
	assert.equal(await page.locator('section[aria-labelledby="geschehen"] tbody tr').count() > 0, true);
	await looksRight(t, page, 'leitstand-bewegt');
});

// The letter of a running case is spoilt on disk: the case stops, is told, and goes on when it is repaired.
test('control__letter_that_fails__stops_one_case_until_it_is_repaired', async (t) => {
	const server = await t.server({ fresh: true });
	const page = await clerk(t, 'krueger');
	await go(page, page.locator('table.aw-list tbody tr', { hasText: 'Entscheiden' }).first().locator('th a'));
	const number = new URL(page.url()).pathname.split('/').pop();
	await go(page, main(page));
	await page.locator('[name="ergebnis"][value="grant"]').check();
	await go(page, button(page, 'Entscheiden'));
	await go(page, main(page));
	const parts = path.join(server.data, 'packages/parts');
	const letters = fs.readdirSync(parts).map((hash) => path.join(parts, hash, 'letters/notice.typ'))
		.filter((file) => fs.existsSync(file)).map((file) => [file, fs.readFileSync(file, 'utf8')]);
	for (const [file, content] of letters) fs.writeFileSync(file, `${content}\n#nothing_of_this_name()\n`);
	await go(page, button(page, 'Zum Gegenprüfen geben'));
	await untilShown(page, number, /hält hier/);
	await looksRight(t, page, 'vorgang-stoerung');
	const operator = await clerk(t, 'betrieb');
	await looksRight(t, operator, 'leitstand-stoerung');
	await go(operator, main(operator));
	await looksRight(t, operator, 'stoerung');
	t.expect(/422/);
	await go(operator, button(operator, 'Schritt überspringen'));
	assert.match(await operator.title(), /^Fehler: /, 'a reason is wanted');
	await looksRight(t, operator, 'stoerung-fehler');
	for (const [file, content] of letters) fs.writeFileSync(file, content);
	await go(operator, button(operator, 'Noch einmal versuchen'));
	await untilShown(page, number, /Gegenprüfen und zeichnen/);
}, { ms: 200_000 });

test('control__clerk__is_told_which_right_is_missing', async (t) => {
	await t.server();
	t.expect(/403/);
	const page = await clerk(t, 'krueger');
	const response = await page.goto('/leitstand');
	assert.equal(response.status(), 403);
	assert.match(await shown(page), /Recht/);
});
