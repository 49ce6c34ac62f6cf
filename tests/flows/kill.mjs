// kill -9 while applications are submitted, again and again.
//
//	node tests/flows/kill.mjs [short|all]
//
// What must hold after every restart: a receipt that was shown shows the same number for ever, no
// two receipts share one; a draft whose submission was cut is either sent, and then asking again
// gives the first answer, or not sent, and can be sent. At the end there are exactly as many cases
// as receipts, and `amtsweg verify` finds the history whole.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { startServer } from '../browser/server.mjs';
import { Client, csrfOf } from './client.mjs';
import { Tally, answerParking, beginParking, mode, receiptNumber, runProgram, verify } from './flow.mjs';

const ROUNDS = mode === 'all' ? 300 : 30;
const CLIENTS = 8;
const DRAFTS_A_ROUND = 40;
const LONGEST_MS = 350;

const tally = new Tally();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'amtsweg-kill-'));
const data = path.join(folder, 'data');
const receipts = new Map(); // draft -> number that a person saw
const open = []; // drafts without a receipt
const cut = new Set(); // drafts whose submission got no answer
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function addressOf(i) {
	return `127.0.${1 + Math.floor(i / 200)}.${1 + (i % 200)}`;
}

async function prepare() {
	const server = await startServer({ data });
	const client = new Client(server.base);
	const draft = await beginParking(client);
	await answerParking(client, draft);
	const code = client.cookies[`entwurf-${draft.id}`];
	const person = new Client(server.base);
	await person.login(0, 'account');
	await server.stop();
	client.close();
	person.close();
	const made = runProgram('build/bench/drafts', [data, draft.id, code, String(ROUNDS * DRAFTS_A_ROUND)]);
	if (made.status !== 0) throw new Error(`no drafts: ${made.text}`);
	for (const line of made.out.trim().split('\n')) {
		const [id, secret] = line.split(' ');
		open.push({ id, secret });
	}
	return { server, session: person.cookies.aw };
}

function remember(draft, answer) {
	const numbers = receiptNumber(answer.body);
	if (!tally.check(numbers.length === 1, `one number on the receipt of ${draft.id}: ${numbers.length}, ${answer.status}`)) return;
	const known = receipts.get(draft.id);
	if (known) tally.check(known === numbers[0], `${draft.id}: ${known}, now ${numbers[0]}`);
	receipts.set(draft.id, numbers[0]);
}

async function submit(client, draft, csrf) {
	client.cookies[`entwurf-${draft.id}`] = draft.secret;
	try {
		const answer = await client.post(`/antrag/${draft.id}/pruefen`, { csrf, wahr: '1' });
		if (answer.status !== 303 || !/\/eingang/.test(answer.location ?? '')) {
			if (![503, 507].includes(answer.status)) {
				tally.check(false, `submit answered ${answer.status} ${answer.location} ${answer.body.slice(0, 2000)}`);
			}
			return false;
		}
		remember(draft, await client.get(answer.location));
		return true;
	} finally {
		delete client.cookies[`entwurf-${draft.id}`];
	}
}

async function worker(state, number) {
	const client = new Client(state.server.base, {
		address: addressOf(state.round * CLIENTS + number), cookies: { aw: state.session } });
	try {
		const page = await client.get('/dienste/bewohnerparkausweis?ort=14612000');
		const csrf = csrfOf(page.body);
		while (!state.over && state.todo.length) {
			const draft = state.todo.pop();
			state.flying.set(draft.id, draft);
			if (await submit(client, draft, csrf)) state.flying.delete(draft.id);
		}
	} catch {
		// the server was killed under this request
	} finally {
		client.close();
	}
}

// Every receipt of the last round again, and what was cut: sent or not, both must be clean.
async function lookBack(state, seen) {
	const client = new Client(state.server.base, {
		address: `127.1.${1 + Math.floor(state.round / 200)}.${1 + (state.round % 200)}`, cookies: { aw: state.session } });
	const page = await client.get('/dienste/bewohnerparkausweis?ort=14612000');
	const csrf = csrfOf(page.body);
	for (const draft of seen) {
		client.cookies[`entwurf-${draft.id}`] = draft.secret;
		remember(draft, await client.get(`/antrag/${draft.id}/eingang`));
		delete client.cookies[`entwurf-${draft.id}`];
	}
	for (const draft of state.flying.values()) {
		cut.add(draft.id);
		tally.check(await submit(client, draft, csrf), `${draft.id} cannot be sent after the cut`);
		tally.check(await submit(client, draft, csrf), `${draft.id} gives no receipt the second time`);
	}
	client.close();
}

async function round(state) {
	const first = receipts.size;
	Object.assign(state, { over: false, flying: new Map(), todo: open.splice(0, DRAFTS_A_ROUND) });
	const given = [...state.todo];
	const workers = Array.from({ length: CLIENTS }, (_, i) => worker(state, i));
	await sleep(Math.random() * LONGEST_MS);
	await state.server.kill();
	state.over = true;
	await Promise.all(workers);
	state.shown += receipts.size - first;
	await state.server.restart();
	await lookBack(state, given.filter((draft) => receipts.has(draft.id)));
}

// Cases of our drafts are exactly the receipts; no number is there twice.
function compare(listing) {
	tally.check(listing.status === 0, listing.text);
	const rows = listing.out.trim().split('\n').map((line) => line.split(' '));
	const drafts = new Set([...receipts.keys(), ...open.map((draft) => draft.id), ...cut]);
	const ours = rows.filter(([draft]) => drafts.has(draft));
	tally.check(new Set(rows.map((row) => row[1])).size === rows.length, 'a number is there twice');
	tally.check(new Set(ours.map((row) => row[0])).size === ours.length, 'a draft has two cases');
	tally.check(ours.length === receipts.size, `${ours.length} cases, ${receipts.size} receipts`);
	for (const [draft, number] of ours) {
		if (receipts.get(draft) !== number) tally.check(false, `${draft}: case ${number}, receipt ${receipts.get(draft)}`);
	}
}

try {
	const { server, session } = await prepare();
	const state = { server, session, shown: 0 };
	server.args = [];
	await server.start(['--demo']);
	for (state.round = 0; state.round < ROUNDS; state.round++) await round(state);
	await server.stop();
	compare(runProgram('build/bench/cases', [data]));
	const whole = verify(data);
	tally.check(whole.status === 0 && /history: whole/.test(whole.out), whole.text);
	console.log(`${ROUNDS} rounds: ${receipts.size} receipts, ${state.shown} shown before a kill, ${cut.size} cut`);
	tally.check(state.shown > ROUNDS && cut.size > ROUNDS / 3, 'the kills did not come under load');
} catch (error) {
	tally.check(false, error.stack);
} finally {
	fs.rmSync(folder, { recursive: true, force: true });
}
tally.end();
