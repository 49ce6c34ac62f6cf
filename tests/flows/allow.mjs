// Who may come where: every row of the table of routes times every kind of person.
//
// What is expected follows from the row (`amtsweg routes`), the roles of demo/people.json and the
// table of rights below, which is written here a second time on purpose. Objects of others answer
// as if they did not exist.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { startServer } from '../browser/server.mjs';
import { Client, csrfOf } from './client.mjs';
import { Tally, root, runProgram } from './flow.mjs';

const SEE = ['list', 'read'];
const RIGHTS = {
	clerk: [...SEE, 'work', 'decide', 'assign'],
	signer: [...SEE, 'work', 'sign'],
	lead: [...SEE, 'work', 'decide', 'sign', 'assign'],
	admin: ['accounts', 'adopt'],
	auditor: SEE,
	operator: ['control-see', 'control-act'],
};
const PACKAGE_ROLE = [...SEE, 'work', 'decide', 'sign'];
const WORKING = ['work', 'decide', 'sign'];
const TRUST = ['none', 'account', 'substantial', 'high'];
// Pages whose handler asks for more than the row: giving a task to somebody needs `assign`.
const STRICTER = { '/arbeitsplatz/aufgabe/{task}/zuteilen': 'assign' };
const NOWHERE = '01M8580C16G98M1048XMR09SBS';

const tally = new Tally();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'amtsweg-allow-'));
const people = JSON.parse(fs.readFileSync(path.join(root, 'demo/people.json'), 'utf8'));

function readRoutes() {
	const listed = runProgram('build/amtsweg', ['routes']);
	if (listed.status !== 0) throw new Error(listed.text);
	return listed.out.trim().split('\n').map((line) => {
		const [row, help] = line.split('  # ');
		const [method, route, who, ...rest] = row.trim().split(/\s+/);
		if (!['GET', 'POST'].includes(method)) throw new Error(line);
		const on = rest.indexOf('on');
		const action = rest.find((word, i) => (on < 0 || i < on) && !/[=<\d]|no-csrf/.test(word));
		return { method, route, who, action: action ?? null, object: on < 0 ? null : rest[on + 1],
			trust: /trust=(\w+)/.exec(row)?.[1] ?? 'none', help };
	});
}

function grantsOf(login) {
	const person = people.staff.find((x) => x.login === login);
	return person.roles.map(({ role, service = '*' }) =>
		({ role, service, authority: role === 'operator' ? '*' : person.authority }));
}

const may = (role, action) => (RIGHTS[role] ?? PACKAGE_ROLE).includes(action);

// 'ok', 'login', 'denied' or 'none'
function expected(row, actor, object) {
	if (row.who === 'anyone') return 'ok';
	if (row.who !== actor.kind) return 'login';
	if (actor.kind === 'citizen') {
		if (TRUST.indexOf(actor.trust) < TRUST.indexOf(row.trust)) return 'login';
		return !row.object || object.owner === actor.person ? 'ok' : 'none';
	}
	if (row.action && !actor.grants.some((g) => may(g.role, row.action))) return 'denied';
	if (!row.object) return 'ok';
	if (row.object === 'platform') {
		return actor.grants.some((g) => g.authority === '*' && may(g.role, row.action)) ? 'ok' : 'denied';
	}
	const near = actor.grants.filter((g) => (g.authority === '*' || g.authority === object.authority)
		&& (row.object === 'authority' || g.service === '*' || g.service === object.service));
	const fits = (g) => row.object !== 'task' || !WORKING.includes(row.action) || g.role === object.role || g.role === 'lead';
	if (near.some((g) => may(g.role, row.action) && fits(g))) return 'ok';
	return row.object === 'authority' && near.length || near.some((g) => may(g.role, 'read')) ? 'denied' : 'none';
}

function got(answer) {
	if (answer.status === 303 && /\/anmelden\?/.test(answer.location ?? '')) return 'login';
	if (answer.status === 403) return 'denied';
	if (answer.status === 404) return 'none';
	return answer.status < 500 ? 'ok' : `status ${answer.status}`;
}

function fill(route, object, missing = false) {
	return route.replace(/\{(\w+)\}/g, (whole, name) => {
		if (missing) return name === 'number' ? 'DD-ZZZ-ZZZ-Z9' : NOWHERE;
		if (name === 'number') return object.number;
		if (name === 'task') return object.task ?? NOWHERE;
		return { service: 'wohngeld', tag: 'de', tree: 'x', folder: 'x', name: 'x' }[name] ?? NOWHERE;
	});
}

const masked = (answer, words) => words.filter(Boolean).reduce((body, word) => body.replaceAll(word, 'X'),
	answer.body.replace(/name="csrf" value="\w+"/g, ''));

async function tryRow(row, actor, object) {
	const where = fill(row.route, object);
	// A POST that is allowed would change something: there the missing token must stop it.
	const fields = { csrf: row.who === 'anyone' || expected(row, actor, object) === 'ok' ? 'x'.repeat(32) : actor.csrf };
	const answer = row.method === 'GET' ? await actor.client.request('GET', where)
		: await actor.client.post(where, fields);
	const name = `${row.method} ${where} as ${actor.name}`;
	let want = expected(row, actor, object);
	if (row.method === 'POST' && want === 'ok') want = 'denied';
	if (want === 'ok' && STRICTER[row.route]) want = expected({ ...row, action: STRICTER[row.route] }, actor, object);
	// Behind an allowed row other parts of the path may name nothing.
	const fine = got(answer) === want || (want === 'ok' && got(answer) === 'none' && /\{/.test(row.route))
		|| (want === 'ok' && row.who === 'anyone' && got(answer) !== 'denied');
	tally.check(fine || answer.status === 429, `${name}: ${answer.status} ${answer.location ?? ''}, expected ${want}`);
	if (want === 'none' && row.method === 'GET') {
		const none = await actor.client.request('GET', fill(row.route, object, true));
		tally.check(masked(answer, [where, object.number, object.task]) === masked(none, [fill(row.route, object, true), 'DD-ZZZ-ZZZ-Z9', NOWHERE]),
			`${name}: looks unlike something that does not exist`);
	}
}

async function openActors(base) {
	const actors = [{ name: 'nobody', kind: 'anyone', client: new Client(base, { address: '127.4.0.1' }) }];
	const citizens = [[0, 'account'], [0, 'substantial'], [1, 'substantial']];
	for (const [person, trust] of citizens) {
		const client = new Client(base, { address: `127.4.1.${actors.length}` });
		await client.login(person, trust);
		actors.push({ name: `citizen ${person} (${trust})`, kind: 'citizen', person, trust, client });
	}
	for (const { login } of people.staff) {
		const client = new Client(base, { address: `127.4.1.${actors.length}` });
		const done = await client.loginStaff(login);
		tally.check(done.status === 200, `${login} cannot log in: ${done.status} ${done.path}`);
		actors.push({ name: login, kind: 'staff', client, grants: grantsOf(login) });
	}
	for (const actor of actors) {
		actor.csrf = csrfOf((await actor.client.get('/anmelden?zurueck=/')).body)
			?? csrfOf((await actor.client.get('/arbeitsplatz/anmelden')).body);
		tally.check(Boolean(actor.csrf), `no token for ${actor.name}`);
	}
	return actors;
}

// One case per authority and service, with an open task where there is one, and whose it is.
async function openObjects(data, actors) {
	const mine = new Map();
	for (const actor of actors.filter((x) => x.kind === 'citizen')) {
		const page = await actor.client.get('/meine');
		for (const [, number] of page.body.matchAll(/\/meine\/([A-Z0-9-]+)/g)) mine.set(number, actor.person);
	}
	const found = new Map();
	const keep = (task, number, authority, service, role) => {
		const key = `${authority} ${service} ${mine.get(number)} ${role ?? ''}`;
		if (!found.has(key)) found.set(key, { task, number, authority, service, role, owner: mine.get(number) });
	};
	for (const line of runProgram('build/bench/cases', [data, 'tasks']).out.trim().split('\n')) {
		const [task, number, authority, service, role] = line.split(' ');
		keep(task, number, authority, service, role);
	}
	for (const line of runProgram('build/bench/cases', [data]).out.trim().split('\n')) {
		const [, number, authority, service] = line.split(' ');
		keep(null, number, authority, service, null);
	}
	return [...found.values()];
}

const data = path.join(folder, 'data');
const server = await startServer({ data }).catch((error) => {
	tally.check(false, error.stack);
	return null;
});
try {
	if (server) {
		const routes = readRoutes();
		const actors = await openActors(server.base);
		const objects = await openObjects(data, actors);
		tally.check(new Set(objects.map((x) => x.authority)).size >= 2, 'cases of one authority only');
		tally.check(objects.some((x) => x.owner === 0) && objects.some((x) => x.owner === 1), 'cases of one citizen only');
		for (const row of routes) {
			// The first ends the session that the next rows need, the other wants a login under way.
			if (row.route === '/abmelden' || row.route === '/anmelden/zurueck') continue;
			for (const actor of actors) {
				const about = /\{(number|task)\}/.test(row.route) ? objects : objects.slice(0, 1);
				for (const object of about) {
					if (row.route.includes('{task}') && !object.task) continue;
					await tryRow(row, actor, object);
				}
			}
		}
		console.log(`${routes.length} routes, ${actors.length} actors, ${objects.length} objects`);
		for (const actor of actors) actor.client.close();
	}
} catch (error) {
	tally.check(false, error.stack);
} finally {
	await server?.stop().catch((error) => tally.check(false, error.stack));
	fs.rmSync(folder, { recursive: true, force: true });
}
tally.end();
