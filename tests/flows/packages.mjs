// A package that changes or breaks while cases run: cases keep their version, a broken package never
// comes into force, and the message says file and line.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { startServer } from '../browser/server.mjs';
import { Client } from './client.mjs';
import { Tally, answerParking, beginParking, checkForm, receiptNumber, root, verify } from './flow.mjs';

const tally = new Tally();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'amtsweg-packages-'));
const home = path.join(folder, 'home');
const service = path.join(home, 'services/bewohnerparkausweis');
const data = path.join(folder, 'data');
let server;

fs.mkdirSync(home);
for (const part of ['services', 'authorities']) fs.cpSync(path.join(root, part), path.join(home, part), { recursive: true });
for (const part of ['ui', 'demo']) fs.symlinkSync(path.join(root, part), path.join(home, part));
process.env.AMTSWEG_HOME = home;

function edit(file, from, to) {
	const at = path.join(service, file);
	const before = fs.readFileSync(at, 'utf8');
	const after = before.replace(from, to);
	if (after === before) throw new Error(`${file} does not hold ${from}`);
	fs.writeFileSync(at, after);
	return () => fs.writeFileSync(at, before);
}

async function restart() {
	server.lines.length = 0;
	await server.restart();
	return server.lines.join('\n');
}

async function titleNow(client) {
	const page = await client.get('/dienste/bewohnerparkausweis?ort=14612000');
	return /<h1[^>]*>([^<]*)/.exec(page.body)?.[1]?.trim();
}

async function submit(client) {
	const page = await answerParking(client, await beginParking(client));
	const form = checkForm(page);
	const receipt = await client.postAndFollow(form.action, { ...form.fields, wahr: '1' });
	const number = receiptNumber(receipt.body)[0];
	tally.check(Boolean(number), `no receipt: ${receipt.status} ${receipt.path}`);
	return number;
}

const BREAKS = [
	['process.bpmn', '</bpmn:process>', '', 'no end of an element'],
	['process.bpmn', /sourceRef="[^"]*"/, 'sourceRef="nowhere"', 'a flow from nowhere'],
	['decisions.dmn', '</decision>', '</decison>', 'a wrong end tag'],
	['form.json', '"pages": [', '"pages": [,', 'JSON that is none'],
	['form.json', '{ "feel": "today" }', '{ "feel": "todai + (" }', 'FEEL that is none'],
	['service.json', '"format": 1,', '"format": 99,', 'a format of the future'],
	['texts/de.json', '"title": ', '"titel" ', 'texts that are no JSON'],
];

async function broken(client, title) {
	for (const [file, from, to, what] of BREAKS) {
		const repair = edit(file, from, to);
		const said = await restart();
		tally.check(new RegExp(`bewohnerparkausweis/${file.replaceAll('.', '\\.')}:[1-9]\\d*:`).test(said),
			`${what} (${file}): the message does not name file and line:\n${said}`);
		tally.check(await titleNow(client) === title, `${what}: the running version is gone`);
		repair();
	}
	await restart();
	await submit(client);
}

try {
	server = await startServer({ data });
	const client = new Client(server.base);
	await client.login(0, 'account');
	const old = await submit(client);
	const draft = await beginParking(client);
	await answerParking(client, draft, 'vehicle_page');
	const first = await titleNow(client);

	edit('service.json', '"version": "1.0.0"', '"version": "1.1.0"');
	edit('texts/de.json', '"title": "Bewohnerparkausweis"', '"title": "Anwohnerausweis"');
	const said = await restart();
	await tally.test('a new version is offered, cases and drafts keep theirs', async () => {
		tally.check(await titleNow(client) === 'Anwohnerausweis', `now offered: ${await titleNow(client)} (was ${first})\n${said}`);
		const running = await client.get(`/meine/${old}`);
		tally.check(running.status === 200 && running.body.includes('Bewohnerparkausweis') && !running.body.includes('Anwohnerausweis'),
			`the running case shows another version: ${running.status}`);
		const page = await client.get(`/antrag/${draft.id}`);
		tally.check(page.status === 200 && page.body.includes('Bewohnerparkausweis'), `the draft of the old version: ${page.status}`);
		const rest = await answerParking(client, { id: draft.id, page });
		const form = checkForm(rest);
		const receipt = await client.postAndFollow(form.action, { ...form.fields, wahr: '1' });
		tally.check(receiptNumber(receipt.body).length === 1, `the draft of the old version cannot be sent: ${receipt.status}`);
		const fresh = await submit(client);
		const shown = await client.get(`/meine/${fresh}`);
		tally.check(shown.body.includes('Anwohnerausweis'), 'a new case has the old version');
	});
	await tally.test('a broken package: said with file and line, the running version stays', () => broken(client, 'Anwohnerausweis'));
	await server.end();
	tally.check(verify(data).status === 0, 'the history');
	client.close();
} catch (error) {
	tally.check(false, `${error.stack}\n${server?.lines.join('\n') ?? ''}`);
} finally {
	await server?.kill();
	fs.rmSync(folder, { recursive: true, force: true });
}
tally.end();
