// What the flows share: counting, one filled draft, the program beside the server.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { readForm } from './client.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const mode = process.argv[2] ?? 'short';

export class Tally {
	passed = 0;
	failed = 0;

	check(holds, what) {
		if (holds) {
			this.passed++;
		} else {
			this.failed++;
			console.log(`not ok ${what}`);
		}
		return holds;
	}

	async test(name, body) {
		const before = this.failed;
		try {
			await body();
		} catch (error) {
			this.check(false, `${name}: ${error.stack}`);
		}
		if (this.failed === before) console.log(`ok ${name}`);
	}

	end() {
		console.log(`${this.passed} passed, ${this.failed} failed`);
		process.exitCode = this.failed ? 1 : 0;
	}
}

export function runProgram(file, args) {
	const done = spawnSync(path.join(root, file), args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 });
	return { status: done.status, out: done.stdout, text: `${done.stdout}${done.stderr}` };
}

export function verify(data) {
	return runProgram(process.env.AMTSWEG ?? 'build/amtsweg', ['verify', '--data', data]);
}

const iso = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

function day(name, date) {
	const [year, month, dayOfMonth] = date.split('-');
	return { [`${name}.day`]: dayOfMonth, [`${name}.month`]: month, [`${name}.year`]: year };
}

// A resident parking permit in Dresden, answered to its last page.
export function parkingAnswers() {
	return {
		person_page: { 'name.given_name': 'Erika', 'name.family_name': 'Mustermann', ...day('birth_date', '1988-08-12') },
		reach_page: { 'contact.mail': 'erika@example.org', delivery: 'mailbox' },
		dwelling_page: { 'dwelling.street': 'Königsbrücker Straße', 'dwelling.house_number': '21 a',
			'dwelling.postcode': '01099', 'dwelling.city': 'Dresden' },
		registered_page: { registered: 'true' },
		vehicle_page: { plate: 'DD-AB 123', vehicle_holder: 'self' },
		permit_page: { months: '12', ...day('start', iso(14)) },
		proofs_page: {},
	};
}

export async function beginParking(client) {
	const service = '/dienste/bewohnerparkausweis';
	const page = await client.get(`${service}?ort=14612000`);
	const start = readForm(page.body, (action) => action === service);
	if (!start) throw new Error(`the service page has no button: ${page.status}`);
	const first = await client.postAndFollow(service, start.fields);
	const id = /\/antrag\/([0-9A-Z]{26})/.exec(first.path)?.[1];
	if (!id) throw new Error(`no draft: ${first.status} ${first.path}`);
	return { id, page: first };
}

// Answers page after page until `stop` or the page that checks the answers.
export async function answerParking(client, draft, stop = null) {
	const answers = parkingAnswers();
	let { page } = draft;
	for (let turns = 0; turns < 20; turns++) {
		const step = /\/frage\/([\w.-]+)/.exec(page.path)?.[1];
		if (!step || step === stop) return page;
		const form = readForm(page.body, (action) => action.includes('/frage/'));
		page = await client.postAndFollow(form.action, { ...form.fields, ...answers[step] });
		if (page.status !== 200) {
			const told = [...page.body.matchAll(/class="kern-error[^>]*>([^<]*)/g)].map((m) => m[1]);
			throw new Error(`${step}: ${page.status} ${told.join('; ')}`);
		}
	}
	throw new Error('the form does not end');
}

export function checkForm(page) {
	return readForm(page.body, (action) => action.endsWith('/pruefen'));
}

export function receiptNumber(body) {
	return [...body.matchAll(/class="aw-receipt__no"[^>]*>([^<]+)</g)].map((m) => m[1].trim());
}
