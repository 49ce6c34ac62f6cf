// What the program can do on this machine, each figure beside a probe of the same run: what the disk
// can sync and what nginx can send. Writes docs/benchmarks.md.
//
//	bench/run [SUBMISSIONS] [CASES]

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { startServer } from '../tests/browser/server.mjs';
import { Client, csrfOf } from '../tests/flows/client.mjs';
import { answerParking, beginParking, receiptNumber, root, runProgram } from '../tests/flows/flow.mjs';

const SUBMISSIONS = Number(process.argv[2] ?? 6000);
const CASES = Number(process.argv[3] ?? 100_000);
const CLIENTS = 48;
const AN_ADDRESS = 50; // submissions from one address: pages are limited by address and minute
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'amtsweg-bench-'));
const data = path.join(folder, 'data');
const rows = [];
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function row(what, value, goal, holds, probe = '') {
	rows.push(`| ${what} | ${value} | ${goal} | ${holds === null ? '' : holds ? 'yes' : '**no**'} | ${probe} |`);
	console.log(`${what}: ${value}${probe ? ` (${probe})` : ''}`);
}

function percentile(list, p) {
	const sorted = [...list].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))];
}

const ms = (n) => `${n < 10 ? n.toFixed(1) : Math.round(n)} ms`;
const count = (n) => Math.round(n).toLocaleString('en');

// Probes -------------------------------------------------------------------------------------

function syncs(seconds = 2) {
	const file = path.join(folder, 'probe');
	const fd = fs.openSync(file, 'w');
	const bytes = Buffer.alloc(4096, 1);
	const started = performance.now();
	let done = 0;
	for (; performance.now() - started < seconds * 1000; done++) {
		fs.writeSync(fd, bytes);
		fs.fdatasyncSync(fd);
	}
	const rate = (done * 1000) / (performance.now() - started);
	fs.closeSync(fd);
	fs.unlinkSync(file);
	return rate;
}

function wrk(url, { connections = 16, seconds = 4, cookie = null } = {}) {
	const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...(cookie ? ['-H', `Cookie: ${cookie}`] : []), url];
	const out = spawnSync('wrk', args, { encoding: 'utf8' }).stdout;
	const time = (p) => {
		const [, n, unit] = new RegExp(`${p}%\\s+([\\d.]+)(us|ms|s)`).exec(out) ?? [];
		return Number(n) * { us: 0.001, ms: 1, s: 1000 }[unit];
	};
	if (/Non-2xx/.test(out)) throw new Error(`${url}: ${out}`);
	return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]), p50: time(50), p99: time(99) };
}

async function nginx(html) {
	if (spawnSync('nginx', ['-v']).error) return null;
	const dir = path.join(folder, 'nginx');
	const port = 20000 + (process.pid % 20000);
	fs.mkdirSync(dir);
	fs.chmodSync(folder, 0o755);
	fs.writeFileSync(path.join(dir, 'index.html'), html);
	fs.writeFileSync(path.join(dir, 'conf'), `worker_processes 2; pid ${dir}/pid; error_log ${dir}/log; daemon off;
events { worker_connections 1024; }
http { access_log off; default_type text/html; sendfile on; keepalive_requests 1000000;
	server { listen 127.0.0.1:${port}; root ${dir}; } }
`);
	const child = spawn('nginx', ['-c', path.join(dir, 'conf'), '-p', dir], { stdio: 'ignore' });
	await sleep(500);
	const result = child.exitCode === null ? wrk(`http://127.0.0.1:${port}/`) : null;
	child.kill('SIGTERM');
	return result;
}

// The program ------------------------------------------------------------------------------------

function memory(pid) {
	const line = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
	return Number(line[1]) / 1024;
}

async function startTime() {
	const port = 30000 + (process.pid % 20000);
	const started = performance.now();
	const child = spawn(path.join(root, 'build/amtsweg'), ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' });
	for (;;) {
		const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
		if (answer?.status === 200) {
			await answer.text();
			break;
		}
		await sleep(3);
	}
	const took = performance.now() - started;
	child.kill('SIGTERM');
	await new Promise((done) => child.on('exit', done));
	return took;
}

async function prepare() {
	const server = await startServer({ data });
	const client = new Client(server.base);
	const draft = await beginParking(client);
	await answerParking(client, draft);
	const person = new Client(server.base);
	await person.login(0, 'account');
	await server.end();
	const code = client.cookies[`entwurf-${draft.id}`];
	client.close();
	person.close();
	const made = runProgram('build/bench/drafts', [data, draft.id, code, String(SUBMISSIONS)]);
	if (made.status !== 0) throw new Error(made.text);
	const drafts = made.out.trim().split('\n').map((line) => line.split(' '));
	return { server, drafts, session: person.cookies.aw, first: { id: draft.id, code } };
}

async function submissions({ server, drafts, session }) {
	const times = [];
	const receipts = [];
	let next = 0;
	let addresses = 0;
	const one = async () => {
		let client = null;
		let csrf = null;
		for (let used = AN_ADDRESS; next < drafts.length; used++) {
			if (used === AN_ADDRESS) {
				client?.close();
				const n = ++addresses;
				client = new Client(server.base, { address: `127.${10 + (n >> 14)}.${(n >> 7) & 127}.${1 + (n & 127)}`, cookies: { aw: session } });
				csrf = csrfOf((await client.get('/dienste/bewohnerparkausweis?ort=14612000')).body);
				used = 0;
			}
			const [id, code] = drafts[next++];
			client.cookies[`entwurf-${id}`] = code;
			const before = performance.now();
			const answer = await client.post(`/antrag/${id}/pruefen`, { csrf, wahr: '1' });
			times.push(performance.now() - before);
			if (answer.status !== 303 || !answer.location.endsWith('/eingang')) throw new Error(`submit: ${answer.status}`);
			if (times.length % 50 === 0) receipts.push(receiptNumber((await client.get(answer.location)).body)[0]);
			delete client.cookies[`entwurf-${id}`];
		}
		client?.close();
	};
	const started = performance.now();
	await Promise.all(Array.from({ length: CLIENTS }, one));
	const seconds = (performance.now() - started) / 1000;
	if (new Set(receipts).size !== receipts.length) throw new Error('two receipts with one number');
	return { rate: times.length / seconds, p50: percentile(times, 50), p99: percentile(times, 99) };
}

async function letters({ server, first }) {
	const times = [];
	for (let i = 0; i < 30; i++) {
		const client = new Client(server.base, { address: `127.5.0.${1 + i}`, cookies: { [`entwurf-${first.id}`]: first.code } });
		const before = performance.now();
		const answer = await client.get(`/antrag/${first.id}/vorschau`);
		if (answer.status !== 200) throw new Error(`letter: ${answer.status}`);
		if (i >= 5) times.push(performance.now() - before);
		client.close();
	}
	return times;
}

async function worklist(server) {
	const clerk = new Client(server.base);
	await clerk.loginStaff('krueger');
	const url = '/arbeitsplatz/vorgaenge';
	const page = await clerk.get(url);
	if (page.status !== 200) throw new Error(`worklist: ${page.status}`);
	const cookie = `aw=${clerk.cookies.aw}`;
	clerk.close();
	return { alone: wrk(server.base + url, { connections: 1, cookie }), many: wrk(server.base + url, { connections: 16, cookie }) };
}

function write(syncBefore, syncAfter) {
	fs.writeFileSync(path.join(root, 'docs/benchmarks.md'), `# Benchmarks

\`make bench\` wrote this. Everything ran on one machine at once, the load generators included: ${os.cpus().length} cores,
${Math.round(os.totalmem() / 2 ** 30)} GiB of memory, Linux. Figures of another machine compare only by the
ratio to the probes (other work used the machine, too, when its load was above 1: it was ${load.toFixed(1)} at the
beginning): 4 KiB written and synced (fdatasync) ${count(syncBefore)} times a second before and ${count(syncAfter)} times
after the run, and a static page from nginx.

| what | measured | goal | met | probe |
|---|---|---|---|---|
${rows.join('\n')}

A submission is a POST over HTTP by ${CLIENTS} clients of one Node process; it is answered after the commit that holds
application, case, tasks, deadlines, history and receipt. The PDFs of the receipts are made meanwhile by
the letter helper on the same cores. Pages are asked with \`wrk\` (one thread, 16 connections). The worklist
is the first page of a clerk of one of three authorities with ${count(CASES)} open cases in the installation.
`);
}

const load = os.loadavg()[0];
let prepared;
try {
	const syncBefore = syncs();
	prepared = await prepare();
	const { server } = prepared;
	const start = [];
	for (let i = 0; i < 5; i++) start.push(await startTime());
	row('start to first page, median of 5', ms(percentile(start, 50)), '< 1 s', percentile(start, 50) < 1000);
	await server.start([]);
	await fetch(server.base).then((answer) => answer.text());
	const idle = memory(server.child.pid);
	row('idle memory (letter helper apart)', `${Math.round(idle)} MB`, '<= 64 MB', idle <= 64);
	const html = await (await fetch(server.base)).text();
	const page = wrk(`${server.base}/`);
	const still = await nginx(html);
	const probe = still ? `nginx ${count(still.rate)}/s, p99 ${ms(still.p99)}: ${(page.rate / still.rate).toFixed(2)} of it` : 'no nginx';
	row('portal start page', `${count(page.rate)}/s, p50 ${ms(page.p50)}, p99 ${ms(page.p99)}`, '>= 5,000/s, p99 <= 20 ms', page.rate >= 5000 && page.p99 <= 20, probe);
	const service = wrk(`${server.base}/dienste/wohngeld?ort=14612000`);
	row('portal page of a service', `${count(service.rate)}/s, p50 ${ms(service.p50)}, p99 ${ms(service.p99)}`, '>= 5,000/s, p99 <= 20 ms', service.rate >= 5000 && service.p99 <= 20);
	const times = await letters(prepared);
	row('letter: the application as PDF over HTTP', `p50 ${ms(percentile(times, 50))}, worst of ${times.length} ${ms(Math.max(...times))}`, '<= 10 ms', percentile(times, 50) <= 10);
	const sent = await submissions(prepared);
	const syncNow = syncs(1);
	row('submission with durable receipt', `${count(sent.rate)}/s, p50 ${ms(sent.p50)}, p99 ${ms(sent.p99)}`, '>= 500/s, p99 <= 100 ms', sent.rate >= 500 && sent.p99 <= 100,
		`fdatasync ${count(syncNow)}/s: ${(sent.rate / syncNow).toFixed(2)} of it`);
	await server.end();
	const filled = runProgram('build/bench/fill', [data, String(CASES)]);
	if (filled.status !== 0) throw new Error(filled.text);
	await server.start([]);
	const list = await worklist(server);
	row(`worklist with ${count(CASES)} open cases, one reader`, `p50 ${ms(list.alone.p50)}, p99 ${ms(list.alone.p99)}`, 'p99 <= 20 ms', list.alone.p99 <= 20);
	row(`worklist with ${count(CASES)} open cases, 16 readers`, `${count(list.many.rate)}/s, p50 ${ms(list.many.p50)}, p99 ${ms(list.many.p99)}`, '', null);
	const used = memory(server.child.pid);
	row(`memory with ${count(CASES)} cases after the run`, `${Math.round(used)} MB`, '<= 256 MB', used <= 256);
	await server.end();
	write(syncBefore, syncs());
} finally {
	await prepared?.server.kill();
	fs.rmSync(folder, { recursive: true, force: true });
}
