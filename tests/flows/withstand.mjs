// What the program must withstand, over HTTP, on the built program.
//
//	node tests/flows/withstand.mjs [short|all]

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { startServer } from '../browser/server.mjs';
import { Client, csrfOf, readForm } from './client.mjs';
import { Tally, answerParking, beginParking, checkForm, mode, parkingAnswers, receiptNumber, verify }
	from './flow.mjs';

const SLOW = mode === 'all' ? 2000 : 200;
const tally = new Tally();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'amtsweg-withstand-'));
const data = path.join(folder, 'data');
let server;

async function ready(person = 0) {
	const client = new Client(server.base, { sockets: 4 });
	await client.login(person, 'account');
	const draft = await beginParking(client);
	return { client, draft };
}

// Twice, again, back, in two tabs -----------------------------------------------------------

async function submitTwice() {
	const { client, draft } = await ready();
	const page = await answerParking(client, draft);
	const { action, fields } = checkForm(page);
	const body = { ...fields, wahr: '1' };
	const preview = await client.get(`/antrag/${draft.id}/vorschau`);
	tally.check(preview.status === 200 && preview.content.subarray(0, 5).toString() === '%PDF-', `the answers as PDF: ${preview.status}`);
	const answers = await Promise.all([1, 2, 3].map(() => client.post(action, body)));
	const numbers = new Set();
	for (const answer of answers) {
		tally.check(answer.status === 303, `a double click answers ${answer.status}`);
		numbers.add(receiptNumber((await client.get(answer.location)).body)[0]);
	}
	const again = await client.postAndFollow(action, body);
	numbers.add(receiptNumber(again.body)[0]);
	tally.check(numbers.size === 1 && ![...numbers][0]?.includes('undefined'), `numbers: ${[...numbers]}`);
	const back = await client.get(`/antrag/${draft.id}/pruefen`);
	tally.check(/\/eingang/.test(back.path) && receiptNumber(back.body)[0] === [...numbers][0],
		`the back button shows ${back.path}`);
	const late = await client.post(`/antrag/${draft.id}/frage/reach_page`, { csrf: csrfOf(back.body) ?? fields.csrf });
	tally.check(late.status === 303 && /eingang/.test(late.location), `a page sent late answers ${late.status}`);
	client.close();
}

async function twoTabs() {
	const { client, draft } = await ready();
	const page = await answerParking(client, draft, 'vehicle_page');
	const first = readForm(page.body, (action) => action.includes('/frage/'));
	const plate = (value) => ({ ...first.fields, ...parkingAnswers().vehicle_page, plate: value });
	const one = await client.post(first.action, plate('DD-AA 1'));
	const other = await client.post(first.action, plate('DD-BB 2'));
	tally.check(one.status === 303, `the first tab answers ${one.status}`);
	tally.check(other.status === 409 && other.body.includes('DD-AA 1') && other.body.includes('DD-BB 2'),
		`the second tab answers ${other.status}, both values are not shown`);
	const same = await client.post(first.action, plate('DD-AA 1'));
	tally.check(same.status === 303, `the same answer from two tabs: ${same.status}`);
	client.close();
}

// Files --------------------------------------------------------------------------------------

async function uploads() {
	const { client, draft } = await ready();
	const page = await answerParking(client, draft, 'proofs_page');
	const form = readForm(page.body, (action) => action.includes('/frage/'));
	const pdf = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
	const send = (name, type, bytes) =>
		client.postFiles(form.action, form.fields, [{ field: 'registration', name, type, bytes }]);
	const wrong = [
		['a program named as PDF', 'schein.pdf', 'application/pdf', Buffer.from('MZ\x90\0\x03'.padEnd(4000, '\0')), [422]],
		['an empty file', 'leer.pdf', 'application/pdf', Buffer.alloc(0), [422]],
		['11 MB where 10 are allowed', 'gross.pdf', 'application/pdf', Buffer.concat([pdf, Buffer.alloc(11 << 20)]), [413, 422]],
		['31 MB', 'riesig.pdf', 'application/pdf', Buffer.concat([pdf, Buffer.alloc(31 << 20)]), [413, 422]],
		['a script as picture', 'bild.png', 'image/png', Buffer.from('<script>alert(1)</script>'), [422]],
	];
	for (const [what, name, type, bytes, expected] of wrong) {
		const answer = await send(name, type, bytes);
		tally.check(expected.includes(answer.status), `${what}: ${answer.status}`);
		tally.check(answer.body.includes(name), `${what}: the page does not name the file`);
	}
	const huge = await send('endlos.pdf', 'application/pdf', Buffer.alloc(70 << 20)).catch((error) => error);
	tally.check(huge instanceof Error || huge.status === 413, `70 MB: ${huge.status}`);
	const good = await send('../../etc/schein.pdf', 'application/pdf', pdf);
	tally.check([200, 303].includes(good.status), `a good file: ${good.status}`);
	const shown = await client.get(`/antrag/${draft.id}/pruefen`);
	tally.check(shown.body.includes('schein.pdf') && !shown.body.includes('etc/schein'), 'the good file is not listed by its name');
	for (const name of ['leer.pdf', 'gross.pdf', 'riesig.pdf']) {
		tally.check(!shown.body.includes(name), `${name} was kept`);
	}
	client.close();
}

// Sessions and logins --------------------------------------------------------------------------

async function submitOne(person = 0) {
	const { client, draft } = await ready(person);
	const page = await answerParking(client, draft);
	const { action, fields } = checkForm(page);
	const receipt = await client.postAndFollow(action, { ...fields, wahr: '1' });
	return { client, draft, number: receiptNumber(receipt.body)[0] };
}

async function expiredSession() {
	const { client, number } = await submitOne();
	const ask = await client.get(`/meine/${number}/zuruecknehmen`);
	const form = readForm(ask.body, (action) => action.endsWith('/zuruecknehmen'));
	if (!tally.check(form !== null, `no page to withdraw: ${ask.status}`)) return;
	const words = 'Ich ziehe "um" & nehme <alles> zurück: äöü';
	const field = Object.keys(form.fields).find((name) => !['csrf', 'basis'].includes(name)) ?? 'text';
	client.cookies.aw = `s${'0'.repeat(64)}`; // the server does not know this session any more
	const away = await client.post(form.action, { ...form.fields, [field]: words });
	tally.check(away.status === 303 && away.location.startsWith('/anmelden'), `without a session: ${away.status} ${away.location}`);
	const page = await client.get(away.location);
	const login = readForm(page.body, (action) => action.startsWith('/vorfuehrung'));
	const back = await client.postAndFollow(login.action, { ...login.fields, person: '0', trust: 'account' });
	const kept = readForm(back.body, (action) => action === form.action);
	tally.check(kept?.fields[field] === words, `after the login: ${back.path} ${JSON.stringify(kept?.fields)}`);
	const done = await client.postAndFollow(kept.action, kept.fields);
	tally.check(done.status === 200, `sent again: ${done.status}`);
	client.close();
}

async function wrongLogins() {
	const client = new Client(server.base, { address: '127.9.9.9' });
	const started = Date.now();
	for (let i = 0; i < 10; i++) {
		const answer = await client.loginStaff('krawc', 'falsch');
		tally.check(answer.status === 422, `wrong login ${i + 1}: ${answer.status}`);
		tally.check(!answer.body.includes('value="falsch"'), 'the wrong password comes back');
	}
	const slowed = await client.loginStaff('krawc', 'amtsweg-2026');
	tally.check(slowed.status === 429 && Number(slowed.headers['retry-after']) > 0 && /Sekunde/.test(slowed.body),
		`after ten wrong ones the right one: ${slowed.status} ${slowed.headers['retry-after']}`);
	const other = new Client(server.base, { address: '127.9.9.8' });
	const fine = await other.loginStaff('vogel');
	tally.check(fine.status !== 429 && fine.status !== 422, `another person is slowed, too: ${fine.status}`);
	tally.check(Date.now() - started < 30_000, 'ten wrong logins took more than 30 s');
	client.close();
	other.close();
}

// Words of a page that differ in nothing but what was asked for.
function masked(answer, ...words) {
	let body = answer.body.replace(/name="csrf" value="\w+"/g, '');
	for (const word of words) body = body.replaceAll(word, 'X');
	return `${answer.status} ${body}`;
}

async function foreignNumber() {
	const { client, number } = await submitOne(0);
	client.close();
	const juri = new Client(server.base);
	await juri.login(1, 'account');
	const missing = 'DD-ZZZ-ZZZ-Z9';
	for (const rest of ['', '/antwort', '/zuruecknehmen', '/dokument/01M8580C16G98M1048XMR09SBS']) {
		const foreign = await juri.get(`/meine/${number}${rest}`);
		const none = await juri.get(`/meine/${missing}${rest}`);
		tally.check(foreign.status === 404, `the case of another person: ${foreign.status} at ${rest}`);
		tally.check(masked(foreign, number) === masked(none, missing), `a foreign number looks unlike a missing one at ${rest}`);
	}
	juri.close();
}

// Slow clients ----------------------------------------------------------------------------------

async function slowHeaders() {
	const { port } = new URL(server.base);
	const head = `GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ${'a'.repeat(400)}`;
	const sockets = [];
	let closed = 0;
	const started = Date.now();
	for (let i = 0; i < SLOW; i++) {
		const socket = net.connect({ port, host: '127.0.0.1', localAddress: `127.2.${Math.floor(i / 250)}.${1 + (i % 250)}` });
		socket.on('error', () => {});
		socket.on('close', () => { closed++; socket.gone = true; });
		sockets.push(socket);
	}
	const reader = new Client(server.base);
	let slowest = 0;
	let early = 0;
	for (let turn = 0; Date.now() - started < 15_000 && closed < SLOW; turn++) {
		for (const socket of sockets) if (!socket.gone) socket.write(head[turn % head.length]);
		if (Date.now() - started < 8_000) early = closed;
		const before = Date.now();
		const page = await reader.get('/');
		slowest = Math.max(slowest, Date.now() - before);
		if (page.status !== 200) tally.check(false, `a page meanwhile: ${page.status}`);
		await sleep(100);
	}
	tally.check(closed === SLOW, `${SLOW - closed} of ${SLOW} slow connections are open after 15 s`);
	tally.check(early === 0, `${early} were cut before 8 s`);
	tally.check(slowest < 500, `a page took ${slowest} ms meanwhile`);
	console.log(`${SLOW} connections a byte at a time: all cut after ${Date.now() - started} ms, slowest page ${slowest} ms`);
	for (const socket of sockets) socket.destroy();
	reader.close();
}

// Stop under load --------------------------------------------------------------------------------

async function stopUnderLoad() {
	let over = false;
	const counts = { ok: 0, refused: 0, cut: 0, hung: 0 };
	const clients = [];
	const load = Array.from({ length: 16 }, async (_, i) => {
		const client = new Client(server.base, { address: `127.3.0.${i + 1}` });
		clients.push(client);
		while (!over) {
			try {
				const draft = await beginParking(client);
				await answerParking(client, draft, 'registered_page');
				counts.ok++;
			} catch (error) {
				if (/no answer/.test(error.message)) counts.hung++;
				else if (/503|429/.test(error.message)) counts.refused++;
				else counts.cut++;
				await sleep(5);
			}
		}
	});
	await sleep(1000);
	const before = Date.now();
	await server.end();
	const took = Date.now() - before;
	over = true;
	await Promise.all(load);
	for (const client of clients) client.close();
	tally.check(counts.ok > 16, `no load: ${JSON.stringify(counts)}`);
	tally.check(counts.hung === 0, `${counts.hung} connections hang`);
	tally.check(took < 8_000, `the stop took ${took} ms`);
	tally.check(verify(data).status === 0, 'the history after the stop');
	await server.start([]);
}

// A full disk: the server may not write a byte more than the file has now ------------------------

async function fullDisk() {
	const { client, draft } = await ready();
	const page = await answerParking(client, draft, 'vehicle_page');
	const form = readForm(page.body, (action) => action.includes('/frage/'));
	const values = { ...form.fields, ...parkingAnswers().vehicle_page, plate: 'DD-VL 507' };
	const limit = (value) => spawnSync('prlimit', ['--pid', String(server.child.pid), `--fsize=${value}`]);
	if (limit('4096:').status !== 0) {
		console.log('skip: prlimit cannot change the limits of the server');
		return;
	}
	const full = await client.post(form.action, values);
	tally.check(full.status === 507, `a full disk: ${full.status}`);
	tally.check(full.body.includes('DD-VL 507'), 'what was typed is gone on a full disk');
	tally.check((await client.get('/')).status === 200, 'pages are not shown on a full disk');
	limit('unlimited:');
	const saved = await client.post(form.action, values);
	tally.check(saved.status === 303, `with space again: ${saved.status}`);
	const rest = await answerParking(client, { page: await client.get(saved.location) });
	const send = checkForm(rest);
	limit('4096:');
	const kept = await client.post(send.action, { ...send.fields, wahr: '1' });
	tally.check(kept.status === 507, `submitting on a full disk: ${kept.status}`);
	limit('unlimited:');
	const receipt = await client.postAndFollow(send.action, { ...send.fields, wahr: '1' });
	tally.check(receiptNumber(receipt.body).length === 1, `submitting with space again: ${receipt.status}`);
	client.close();
}

try {
	server = await startServer({ data });
	await tally.test('a double click, a reload, the back button: one application', submitTwice);
	await tally.test('two tabs: both versions are shown, none is lost', twoTabs);
	await tally.test('files: wrong type, empty, too large', uploads);
	await tally.test('a session that ended: what was typed comes back', expiredSession);
	await tally.test('a number of somebody else: as if it did not exist', foreignNumber);
	await tally.test('wrong login ten times: slowed and told', wrongLogins);
	await tally.test('a full disk: 507, and what was typed is there', fullDisk);
	await tally.test('headers a byte at a time: cut, pages stay fast', slowHeaders);
	await tally.test('a stop under load: everybody is answered or cut', stopUnderLoad);
	await server.end();
	const whole = verify(data);
	tally.check(whole.status === 0 && /history: whole/.test(whole.out), whole.text);
} catch (error) {
	tally.check(false, error.stack);
} finally {
	await server?.kill();
	fs.rmSync(folder, { recursive: true, force: true });
}
tally.end();
