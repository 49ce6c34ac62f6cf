// Servers for tests: the program itself with a fresh folder of data, and a server of plain files.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const START_MS = 60_000;
const STOP_MS = 15_000;
const LINES_KEPT = 500;

async function freePort() {
	const probe = net.createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address();
	probe.close();
	await once(probe, 'close');
	return port;
}

function program() {
	const named = process.env.AMTSWEG ?? ['build/amtsweg', 'build/check/amtsweg']
		.map((file) => path.join(root, file)).find((file) => fs.existsSync(file));
	if (!named) throw new Error('the program is not built: run make');
	return path.resolve(named);
}

class Server {
	constructor(data, own) {
		this.data = data;
		this.ownsData = own;
		this.lines = [];
		this.child = null;
		this.base = null;
	}

	// Starts on a free port, or again on the same one, and waits until it answers.
	async start(args) {
		const port = this.base ? new URL(this.base).port : await freePort();
		this.args = args;
		this.child = spawn(program(), ['serve', '--data', this.data, '--listen', `127.0.0.1:${port}`, ...args],
			{ cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
		this.base = `http://127.0.0.1:${port}`;
		for (const stream of [this.child.stdout, this.child.stderr]) this.keepLines(stream);
		this.ended = once(this.child, 'exit');
		try {
			await this.untilReady();
		} catch (error) {
			await this.kill();
			throw error;
		}
	}

	keepLines(stream) {
		let rest = '';
		stream.setEncoding('utf8');
		stream.on('data', (chunk) => {
			const parts = (rest + chunk).split('\n');
			rest = parts.pop();
			this.lines.push(...parts);
			this.lines.splice(0, this.lines.length - LINES_KEPT);
			// The program takes the next free port when somebody else was faster.
			for (const part of parts) {
				const told = /http:\/\/127\.0\.0\.1:\d+/.exec(part);
				if (told) this.base = told[0];
			}
		});
	}

	async untilReady() {
		const end = Date.now() + START_MS;
		while (Date.now() < end) {
			if (this.child.exitCode !== null || this.child.signalCode !== null) {
				throw new Error(`the server ended at its start:\n${this.lines.join('\n')}`);
			}
			try {
				const answer = await fetch(`${this.base}/`, { redirect: 'manual' });
				await answer.arrayBuffer();
				if (answer.status < 500) return;
			} catch {
				// not listening yet
			}
			await new Promise((done) => setTimeout(done, 50));
		}
		throw new Error(`the server gave no answer after ${START_MS} ms:\n${this.lines.join('\n')}`);
	}

	// Like a power cut.
	async kill() {
		if (this.child?.exitCode === null && this.child.signalCode === null) {
			this.child.kill('SIGKILL');
			await this.ended;
		}
		this.child = null;
	}

	async restart() {
		if (this.child) await this.end();
		await this.start(this.args.filter((arg) => arg !== '--demo'));
	}

	async end() {
		const child = this.child;
		if (!child) return;
		this.child = null;
		if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
		const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
		const [code, signal] = await this.ended;
		clearTimeout(timer);
		if (code !== 0) {
			const why = signal ? `signal ${signal}` : `exit code ${code}`;
			throw new Error(`the server did not stop well (${why}):\n${this.lines.slice(-30).join('\n')}`);
		}
	}

	async stop() {
		try {
			await this.end();
		} finally {
			if (this.ownsData) fs.rmSync(this.data, { recursive: true, force: true });
		}
	}
}

// { demo: true } fills a new folder with the demonstration set; data: a folder of the test's own.
export async function startServer({ demo = true, data = null, args = [] } = {}) {
	const folder = data ?? fs.mkdtempSync(path.join(os.tmpdir(), 'amtsweg-browser-'));
	const server = new Server(folder, data === null);
	try {
		await server.start([...(demo ? ['--demo'] : []), ...args]);
	} catch (error) {
		if (data === null) fs.rmSync(folder, { recursive: true, force: true });
		throw error;
	}
	return server;
}

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.woff2': 'font/woff2',
	'.svg': 'image/svg+xml', '.mjs': 'text/javascript', '.js': 'text/javascript', '.png': 'image/png' };
const POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
	"script-src 'self'; form-action 'self'; base-uri 'none'";

export async function startStatic(folders) {
	const server = http.createServer((request, response) => {
		const wanted = decodeURIComponent(new URL(request.url, 'http://x').pathname);
		const prefix = Object.keys(folders).sort((a, b) => b.length - a.length)
			.find((p) => wanted.startsWith(p));
		const file = prefix && path.join(folders[prefix], path.normalize(`/${wanted.slice(prefix.length)}`));
		if (!file || !fs.existsSync(file) || !fs.statSync(file).isFile()) {
			response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
			return;
		}
		response.writeHead(200, {
			'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
			'content-security-policy': POLICY,
		});
		fs.createReadStream(file).pipe(response);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		base: `http://127.0.0.1:${server.address().port}`,
		async stop() {
			server.close();
			server.closeAllConnections();
		},
	};
}
