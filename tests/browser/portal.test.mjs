// The portal as a person meets it: finding a service, filling in, sending, coming back.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from './harness.mjs';
import { begin, fillIn, go, login, PDF, screenOf, send } from './wohngeld.mjs';

const shown = (page) => page.locator('main').innerText();

async function looksRight(t, page, name) {
	await t.axe(page);
	await t.noSideScroll(page);
	await t.shot(page, name);
}

test('portal__public_pages__accessible_and_narrow', async (t) => {
	await t.server();
	const page = await t.page();
	for (const [path, name] of [['/', 'start'], ['/?ort=01099', 'start-ort'], ['/dienste', 'dienste'],
		['/dienste?q=nichtsdergleichen', 'suche-leer'], ['/dienste/wohngeld', 'dienst-ohne-ort'],
		['/dienste/wohngeld?ort=01099', 'dienst'], ['/dienste/wohngeld?ort=Kleinkleckersdorf', 'dienst-unbekannt'],
		['/weitermachen', 'weitermachen'], ['/hilfe', 'hilfe'], ['/impressum', 'impressum'],
		['/datenschutz', 'datenschutz'], ['/barrierefreiheit', 'barrierefreiheit']]) {
		await page.goto(path);
		await looksRight(t, page, `portal-${name}`);
	}
});

test('portal__everyday_words__find_the_service', async (t) => {
	await t.server();
	const page = await t.page({ js: false });
	await page.goto('/');
	await page.fill('#q', 'mietzuschuss');
	await page.fill('#ort', '01099 Dresden');
	await go(page);
	await page.locator('.aw-rows a', { hasText: 'Wohngeld' }).press('Enter');
	await page.waitForURL('**/dienste/wohngeld');
	assert.match(await shown(page), /Landeshauptstadt Dresden/);
	await page.goto('/dienste/wohngeld?ort=Hamburg');
	assert.equal(await page.locator('form[method="post"]').count(), 0);
});

test('portal__wohngeld__every_screen_accessible_and_sent_once', async (t) => {
	await t.server();
	const page = await t.page();
	await begin(page);
	let number = 0;
	await fillIn(page, { each: async (address) => {
		number++;
		await looksRight(t, page, `antrag-${String(number).padStart(2, '0')}-${address}`);
	} });
	await looksRight(t, page, 'antrag-pruefen-ohne-anmeldung');
	await page.locator('main a.kern-btn--primary').click();
	await login(page, { to: null });
	assert.match(page.url(), /\/pruefen$/);
	await looksRight(t, page, 'antrag-pruefen');
	t.expect(/422/);
	await go(page);
	assert.match(await page.title(), /^Fehler: /);
	await looksRight(t, page, 'antrag-pruefen-fehler');
	const sent = await send(page);
	assert.match(sent, /^[A-Z]{2}-/);
	await looksRight(t, page, 'eingang');
	const receipt = page.url();

	const second = await page.context().newPage();
	await second.goto(receipt.replace(/eingang.*/, 'pruefen'));
	assert.match(await shown(second), /schon abgeschickt/);
	assert.equal((await second.locator('.aw-receipt__no').innerText()).trim(), sent);
	await looksRight(t, second, 'eingang-schon');

	await page.goto('/meine');
	await looksRight(t, page, 'meine');
	await page.locator('.aw-apps a').first().click();
	await looksRight(t, page, 'meine-antrag');
	assert.match(await shown(page), new RegExp(sent));
});

test('portal__wohngeld_without_javascript__saved_and_resumed_by_code', async (t) => {
	await t.server();
	const page = await t.page({ js: false });
	await begin(page);
	await fillIn(page, { until: 'rent_page' });
	await page.getByLabel('Gesamte Miete').fill('812,00');
	await go(page, page.locator('button[name="later"]'));
	const code = (await page.locator('.aw-receipt__no').innerText()).trim();
	assert.match(code, /^([A-Z2-9]{4}-){3}[A-Z2-9]{4}$/);

	const other = await t.page();
	await other.goto('/weitermachen');
	t.expect(/422/);
	await other.fill('#code', 'ABCD-EFGH-JKLM-NPQR');
	await go(other);
	assert.match(await other.title(), /^Fehler: /);
	await looksRight(t, other, 'weitermachen-fehler');
	await other.fill('#code', code.toLowerCase().replaceAll('-', ' '));
	await go(other);
	assert.equal(screenOf(other), 'rent_page');
	assert.equal(await other.getByLabel('Gesamte Miete').inputValue(), '812,00');
	await other.goto(other.url().replace(/frage.*/, 'gespeichert'));
	await looksRight(t, other, 'gespeichert');
	await other.goto(other.url().replace('gespeichert', 'loeschen'));
	await looksRight(t, other, 'loeschen');
	await go(other);
	assert.match(await shown(other), /gelöscht/);
	t.expect(/404/);
	await other.goto(page.url());
	assert.match(await shown(other), /nicht zeigen/);
	await looksRight(t, other, 'entwurf-weg');
});

test('portal__wrong_answers__all_named_and_what_was_typed_stays', async (t) => {
	await t.server();
	const page = await t.page();
	t.expect(/422/);
	await begin(page);
	await page.getByLabel('Vorname').fill('Erika');
	await page.fill('input[name="birth_date.day"]', '31');
	await page.fill('input[name="birth_date.month"]', '2');
	await page.fill('input[name="birth_date.year"]', '1988');
	await go(page);
	assert.match(await page.title(), /^Fehler: /);
	assert.equal(await page.locator('.aw-errors li').count(), 2);
	assert.equal(await page.getByLabel('Vorname').inputValue(), 'Erika');
	assert.equal(await page.inputValue('input[name="birth_date.day"]'), '31');
	for (const link of await page.locator('.aw-errors a').all()) {
		const target = (await link.getAttribute('href')).slice(1);
		assert.equal(await page.locator(`[id="${target}"]`).count(), 1, `no field ${target}`);
	}
	await looksRight(t, page, 'frage-fehler');
});

test('portal__two_tabs__both_versions_side_by_side', async (t) => {
	await t.server();
	const first = await t.page();
	await begin(first);
	await fillIn(first, { until: 'rent_page' });
	const second = await first.context().newPage();
	await second.goto(first.url());
	await second.getByLabel('Gesamte Miete').fill('700,00');
	await go(second);
	assert.equal(screenOf(second), 'parts_page');
	t.expect(/409/);
	await first.getByLabel('Gesamte Miete').fill('812,00');
	await go(first);
	const both = await shown(first);
	assert.match(both, /700,00/);
	assert.match(both, /812,00/);
	await looksRight(t, first, 'zwei-fenster');
	await go(first);
	assert.equal(screenOf(first), 'parts_page');
	await first.goto(first.url().replace('parts_page', 'rent_page'));
	assert.equal(await first.getByLabel('Gesamte Miete').inputValue(), '812,00');
});

test('portal__double_click__one_save_and_no_conflict', async (t) => {
	await t.server();
	const page = await t.page();
	await begin(page);
	await fillIn(page, { until: 'rent_page' });
	await page.getByLabel('Gesamte Miete').fill('812,00');
	await page.evaluate(() => {
		const button = document.querySelector('main form button.kern-btn--primary');
		button.click();
		button.click();
	});
	await page.waitForURL('**/parts_page');
});

test('portal__bad_files__told_and_the_good_one_is_kept', async (t) => {
	await t.server();
	const page = await t.page();
	t.expect(/422|413/);
	await begin(page);
	await fillIn(page, { until: 'proofs_page' });
	const file = (name, buffer, mimeType = 'application/pdf') => ({ name, mimeType, buffer });
	await page.setInputFiles('input[name="proof_rent"]', [file('leer.pdf', Buffer.alloc(0))]);
	await page.setInputFiles('input[name="proof_income"]',
		[file('brief.pdf', Buffer.from('kein PDF, nur Text\n')), file('lohn.pdf', PDF)]);
	await go(page, page.locator('button[name="upload"]'));
	const text = await shown(page);
	assert.match(text, /„leer.pdf“ ist leer/);
	assert.match(text, /brief.pdf/);
	assert.match(text, /lohn.pdf/);
	await looksRight(t, page, 'dateien-fehler');

	await page.setInputFiles('input[name="proof_other"]', [file('gross.pdf', Buffer.concat([PDF, Buffer.alloc(31 << 20)]))]);
	await go(page, page.locator('button[name="upload"]'));
	assert.match(await page.locator('.aw-errors').innerText(), /gross.pdf/);
	assert.match(await shown(page), /lohn.pdf/);

	await page.locator('input[name="proof_income.remove"]').check();
	await go(page, page.locator('button[name="upload"]'));
	assert.doesNotMatch(await shown(page), /lohn.pdf/);
});

test('portal__case_of_another_person__same_as_missing', async (t) => {
	await t.server();
	const erika = await t.page();
	await login(erika);
	await begin(erika);
	await fillIn(erika);
	const number = await send(erika);

	const juri = await t.page();
	t.expect(/404/);
	await login(juri, { name: 'Juri Noack' });
	const answers = [];
	for (const asked of [number, 'DR-AAA-AAA-AA']) {
		const response = await juri.goto(`/meine/${asked}`);
		assert.equal(response.status(), 404);
		answers.push((await shown(juri)).replaceAll(asked, ''));
		for (const below of ['antwort', 'zuruecknehmen', 'dokument/01ARZ3NDEKTSV4RRFFQ69G5FAV']) {
			assert.equal((await juri.goto(`/meine/${asked}/${below}`)).status(), 404);
		}
		assert.equal((await juri.goto(`/antrag/${asked}/eingang`)).status(), 404);
	}
	assert.equal(answers[0], answers[1]);
	await t.axe(juri);

	await erika.goto(`/stand?nummer=${number.toLowerCase()}`);
	assert.match(await shown(erika), new RegExp(number));
	await erika.goto(`/meine/${number}/zuruecknehmen`);
	await looksRight(t, erika, 'zuruecknehmen');
	await go(erika);
	assert.match(await shown(erika), /zurückgenommen/i);
	await looksRight(t, erika, 'zurueckgenommen');
});

test('portal__disk_full__nothing_typed_is_lost_and_it_arrives_once', async (t) => {
	const server = await t.server({ fresh: true });
	const page = await t.page();
	await login(page);
	await begin(page);
	await fillIn(page);
	const answers = page.url();
	const before = process.env.AMTSWEG;
	t.expect(/507/);
	try {
		await page.goto('about:blank');
		process.env.AMTSWEG = fileURLToPath(new URL('small-disk.sh', import.meta.url));
		await server.restart();
		let typed = '';
		let said = '';
		for (let i = 0; i < 60 && !said; i++) {
			await page.goto(answers.replace('pruefen', 'frage/outlook_page'));
			typed = `${i} `.padEnd(500, 'Umzug ');
			await page.getByLabel('Was ändert sich').fill(typed);
			await go(page);
			if (screenOf(page) === 'outlook_page') said = await page.locator('.aw-errors').innerText();
		}
		assert.match(said, /nichts speichern/);
		assert.equal((await page.getByLabel('Was ändert sich').inputValue()).trim(), typed.trim());
		await looksRight(t, page, 'speicher-voll-frage');
		await page.goto(answers);
		await page.check('#wahr');
		await go(page);
		assert.match(await page.locator('.aw-errors').innerText(), /noch nicht abgeschickt/);
		await looksRight(t, page, 'speicher-voll-abschicken');
	} finally {
		if (before === undefined) delete process.env.AMTSWEG;
		else process.env.AMTSWEG = before;
	}
	await page.goto('about:blank');
	await server.restart();
	await page.goto(answers);
	const number = await send(page);
	await page.goto('/meine');
	assert.equal(await page.locator('.aw-apps article', { hasText: number }).count(), 1);
});

// Addresses of the person's applications with this public state.
async function applications(page, state) {
	await page.goto('/meine');
	const rows = page.locator('.aw-apps article').filter({ has: page.locator('.aw-tag', { hasText: state }) });
	return rows.locator('h2 a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
}

test('portal__request__answered_with_a_file_and_words_once', async (t) => {
	await t.server();
	const page = await t.page();
	await login(page);
	for (const asked of await applications(page, 'Wir brauchen etwas von Ihnen')) {
		await page.goto(`${asked}/antwort`);
		if (page.url().endsWith('/antwort')) break;
	}
	assert.match(page.url(), /antwort$/);
	const asked = page.url();
	await looksRight(t, page, 'antwort');
	t.expect(/422/);
	await go(page);
	assert.match(await page.title(), /^Fehler: /);
	await looksRight(t, page, 'antwort-leer');
	await page.getByLabel('Ihre Nachricht').fill('Hier ist der Nachweis.');
	await page.locator('input[type="file"]').first().setInputFiles(
		{ name: 'text.pdf', mimeType: 'application/pdf', buffer: Buffer.from('kein PDF') });
	await go(page);
	assert.match(await page.locator('.aw-errors').innerText(), /text.pdf/);
	assert.equal(await page.getByLabel('Ihre Nachricht').inputValue(), 'Hier ist der Nachweis.');
	await page.locator('input[type="file"]').first().setInputFiles(
		{ name: 'nachweis.pdf', mimeType: 'application/pdf', buffer: PDF });
	await go(page);
	assert.match(await shown(page), /Ihre Antwort ist angekommen/);
	assert.match(await shown(page), /nachweis.pdf/);
	await looksRight(t, page, 'geantwortet');
	await page.goto(asked);
	assert.doesNotMatch(page.url(), /antwort$/);
});

test('portal__notice__opened_by_a_form_and_read', async (t) => {
	await t.server();
	const page = await t.page();
	await login(page, { name: 'Juri Noack' });
	for (const decided of await applications(page, /Bewilligt|Abgelehnt|Entschieden/)) {
		await page.goto(decided);
		if (await page.locator('#postfach ~ ul a', { hasText: 'Bescheid' }).count() > 0) break;
	}
	await looksRight(t, page, 'meine-entschieden');
	const letter = page.locator('#postfach ~ ul a', { hasText: 'Bescheid' }).first();
	await Promise.all([page.waitForNavigation(), letter.press('Enter')]);
	await looksRight(t, page, 'nachricht-neu');
	const token = await page.inputValue('input[name="csrf"]');
	const response = await page.request.post(page.url(), { form: { csrf: token } });
	assert.equal(response.headers()['content-type'], 'application/pdf');
	assert.match((await response.body()).subarray(0, 5).toString(), /%PDF-/);
	await page.reload();
	assert.match(await shown(page), /Zum ersten Mal geöffnet am/);
	await looksRight(t, page, 'nachricht-gelesen');
});

test('portal__answers__seen_as_pdf_before_they_are_sent', async (t) => {
	await t.server();
	const page = await t.page({ js: false });
	await begin(page);
	const draft = page.url().replace(/\/frage.*/, '');
	const response = await page.request.get(`${draft}/vorschau`);
	assert.equal(response.status(), 200);
	assert.match((await response.body()).subarray(0, 5).toString(), /%PDF-/);
});

test('portal__english__whole_pages_translated', async (t) => {
	await t.server();
	const page = await t.page({ js: false, language: 'en-GB' });
	await page.goto('/dienste/wohngeld?ort=01099');
	assert.equal(await page.locator('html').getAttribute('lang'), 'en');
	assert.match(await shown(page), /What happens next/);
	await go(page);
	assert.match(await shown(page), /section 1 of/);
	await t.shot(page, 'english-question');
});

test('portal__keyboard__every_stop_is_visible', async (t) => {
	await t.server();
	const page = await t.page();
	await begin(page);
	const stops = await t.tabStops(page);
	assert.ok(stops.length > 10);
	assert.deepEqual(stops.filter((stop) => !stop.seen).map((stop) => stop.name), []);
});
