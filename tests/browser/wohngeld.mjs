// Fills in the form of Wohngeld the way a person does: by labels, page after page. Used by tests of the
// portal and of the desk.

export const PDF = Buffer.from('%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n');

// The button is pressed with the keyboard: pages without JavaScript never count as "stable" for a click.
export async function go(page, locator = page.locator('main form button.kern-btn--primary').first()) {
	await Promise.all([page.waitForNavigation(), locator.press('Enter')]);
}

// `name`: one of the two citizens of the demonstration; `trust`: the words on the login page.
export async function login(page, { name = 'Erika Mustermann', trust = 'Hoch, Online-Ausweis', to = '/meine' } = {}) {
	if (to) await page.goto(`/anmelden?zurueck=${to}`);
	await page.getByLabel(name).check();
	await page.getByLabel(trust).check();
	await go(page);
}

async function date(page, name, day, month, year) {
	await page.fill(`input[name="${name}.day"]`, day);
	await page.fill(`input[name="${name}.month"]`, month);
	await page.fill(`input[name="${name}.year"]`, year);
}

const choose = (page, name, value) => page.locator(`input[name="${name}"][value="${value}"]`).check();

// What is typed on each screen, by its address.
const SCREENS = {
	person_page: async (page) => {
		await page.getByLabel('Vorname').fill('Erika');
		await page.getByLabel('Nachname').fill('Mustermann');
		await date(page, 'birth_date', '12', '8', '1988');
	},
	reach_page: (page) => page.getByLabel('E-Mail').fill('erika@example.org'),
	request_page: async () => {},
	kind_page: (page) => page.getByLabel('Wohnung oder Zimmer zur Miete').check(),
	dwelling_page: async (page) => {
		await page.getByLabel('Straße').fill('Königsbrücker Straße');
		await page.getByLabel('Hausnummer').fill('21');
		await page.getByLabel('Postleitzahl').fill('01099');
		await page.getByLabel('Ort', { exact: true }).fill('Dresden');
	},
	flat_page: async (page) => {
		await date(page, 'moved_in', '1', '5', '2021');
		await page.getByLabel('Wie groß ist die Wohnung?').fill('68');
		await page.getByLabel('Hauptmieterin oder Hauptmieter').check();
	},
	rent_page: async (page) => {
		await page.getByLabel('Gesamte Miete').fill('812,00');
		await page.getByLabel('Davon für Heizung').fill('98,00');
	},
	parts_page: async () => {},
	use_page: async (page) => {
		for (const name of ['business', 'sublet', 'helped']) await choose(page, name, 'false');
	},
	'members_page.members.1': (page) => page.getByLabel('Angestellt', { exact: true }).check(),
	'members_page.members.1.income': async (page) => {
		if (await page.locator('.aw-people li').count() === 0) await go(page, page.locator('main form a.kern-btn--secondary'));
		else return;
		await SCREENS['members_page.members.1.income.1'](page);
	},
	'members_page.members.1.income.1': async (page) => {
		await page.getByLabel('Was für eine Einnahme ist das?').selectOption({ label: 'Lohn oder Gehalt, brutto' });
		await page.getByLabel('Wie viel, vor allen Abzügen?').fill('2080,00');
	},
	'members_page.members.1.part-2': (page) => page.getByLabel('Zahlt Einkommensteuer').check(),
	'members_page.members': async () => {},
	special_page: async (page) => {
		for (const name of ['died_in_household', 'assets']) await choose(page, name, 'false');
	},
	maintenance_page: (page) => choose(page, 'pays_maintenance', 'false'),
	outlook_page: async () => {},
	account_page: (page) => page.getByLabel('IBAN').fill('DE02 1203 0000 0000 2020 51'),
	proofs_page: (page) => page.setInputFiles('input[name="proof_rent"]',
		{ name: 'mietvertrag.pdf', mimeType: 'application/pdf', buffer: PDF }),
};

export const screenOf = (page) => new URL(page.url()).pathname.split('/frage/')[1] ?? '';

export async function begin(page) {
	await page.goto('/dienste/wohngeld?ort=01099');
	await go(page);
}

// From the present screen to `until` (an address; without: check-your-answers). `each(address)` is called
// on every screen before it is sent.
export async function fillIn(page, { until = '', each = async () => {} } = {}) {
	for (let screens = 0; screenOf(page) !== until; screens++) {
		const address = screenOf(page);
		const fill = SCREENS[address];
		if (!fill || screens > 40) throw new Error(`nobody knows what to type at ${page.url()}`);
		await fill(page);
		const sent = screenOf(page);
		await each(sent);
		await go(page);
		if (screenOf(page) === sent) {
			throw new Error(`still at ${sent}: ${await page.locator('.aw-errors').allInnerTexts()}`);
		}
	}
}

export async function send(page) {
	await page.check('#wahr');
	await go(page);
	return (await page.locator('.aw-receipt__no').innerText()).trim();
}
