// A browser of a few lines: cookies, forms as the pages give them, one source address.

import http from 'node:http';
import { Buffer } from 'node:buffer';

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

function plain(text) {
	return text.replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name]
		?? (/^#\d+$/.test(name) ? String.fromCodePoint(Number(name.slice(1))) : whole));
}

function attributes(tag) {
	const found = {};
	for (const [, name, , value] of tag.matchAll(/([\w-]+)(="([^"]*)")?/g)) found[name] = plain(value ?? '');
	return found;
}

// What a browser would send when nothing is changed, and where to.
export function readForm(html, pick = (action) => action.length > 0) {
	for (const [, head, body] of html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
		const form = attributes(head);
		if ((form.method ?? 'get').toLowerCase() !== 'post' || !pick(form.action ?? '')) continue;
		const fields = {};
		for (const [, tag] of body.matchAll(/<input([^>]*)>/g)) {
			const input = attributes(tag);
			const choice = input.type === 'radio' || input.type === 'checkbox';
			if (!input.name || input.type === 'file' || (choice && !('checked' in input))) continue;
			fields[input.name] = input.value ?? '';
		}
		for (const [, tag, inner] of body.matchAll(/<textarea([^>]*)>([\s\S]*?)<\/textarea>/g)) {
			fields[attributes(tag).name] = plain(inner);
		}
		for (const [, tag, inner] of body.matchAll(/<select([^>]*)>([\s\S]*?)<\/select>/g)) {
			const options = [...inner.matchAll(/<option([^>]*)>/g)].map((o) => attributes(o[1]));
			fields[attributes(tag).name] = (options.find((o) => 'selected' in o) ?? options[0])?.value ?? '';
		}
		return { action: form.action, fields };
	}
	return null;
}

export function csrfOf(html) {
	return /name="csrf" value="([0-9a-f]+)"/.exec(html)?.[1];
}

export class Client {
	// The address is any of 127.0.0.0/8: limits count by address.
	constructor(base, { address = '127.0.0.1', sockets = 1, cookies = {} } = {}) {
		this.base = base;
		this.cookies = { ...cookies };
		this.address = address;
		this.agent = new http.Agent({ keepAlive: true, maxSockets: sockets, localAddress: address });
	}

	close() {
		this.agent.destroy();
	}

	// { status, headers, body, location }; rejects when the connection ends without an answer.
	request(method, path, { body = null, type = 'application/x-www-form-urlencoded', headers = {} } = {}) {
		const url = new URL(path, this.base);
		const bytes = body === null ? null : Buffer.from(body);
		const cookie = Object.entries(this.cookies).map(([k, v]) => `${k}=${v}`).join('; ');
		const options = {
			method, agent: this.agent, timeout: 30_000, localAddress: this.address,
			headers: { ...(cookie ? { cookie } : {}),
				...(bytes ? { 'content-type': type, 'content-length': bytes.length } : {}), ...headers },
		};
		return new Promise((done, fail) => {
			const request = http.request(url, options, (answer) => {
				const parts = [];
				answer.on('data', (part) => parts.push(part));
				answer.on('error', fail);
				answer.on('aborted', () => fail(new Error('cut')));
				answer.on('end', () => {
					this.keepCookies(answer.headers['set-cookie'] ?? []);
					const content = Buffer.concat(parts);
					done({ status: answer.statusCode, headers: answer.headers, content,
						get body() { return content.toString('utf8'); },
						location: answer.headers.location ?? null });
				});
			});
			request.on('timeout', () => request.destroy(new Error('no answer in 30 s')));
			request.on('error', fail);
			request.end(bytes ?? undefined);
		});
	}

	keepCookies(lines) {
		for (const line of lines) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
			if (/max-age=0|expires=thu, 01 jan 1970/i.test(line) || value === '') delete this.cookies[name];
			else if (name) this.cookies[name] = value;
		}
	}

	// Follows redirects.
	async get(path) {
		let answer = await this.request('GET', path);
		for (let hops = 0; hops < 8 && answer.location && answer.status < 400; hops++) {
			answer.path = answer.location;
			answer = Object.assign(await this.request('GET', answer.location), { path: answer.location });
		}
		return Object.assign(answer, { path: answer.path ?? path });
	}

	async post(path, fields) {
		return this.request('POST', path, { body: new URLSearchParams(fields).toString() });
	}

	async postAndFollow(path, fields) {
		const answer = await this.post(path, fields);
		return answer.location ? this.get(answer.location) : Object.assign(answer, { path });
	}

	async postFiles(path, fields, files) {
		const mark = `----flow${Math.random().toString(16).slice(2)}`;
		const parts = [];
		for (const [name, value] of Object.entries(fields)) {
			parts.push(Buffer.from(`--${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`));
		}
		for (const { field, name, type, bytes } of files) {
			parts.push(Buffer.from(`--${mark}\r\nContent-Disposition: form-data; name="${field}"; `
				+ `filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`), Buffer.from(bytes), Buffer.from('\r\n'));
		}
		parts.push(Buffer.from(`--${mark}--\r\n`));
		return this.request('POST', path, { body: Buffer.concat(parts), type: `multipart/form-data; boundary=${mark}` });
	}

	// The demonstration's provider: person 0 is Erika, 1 is Juri.
	async login(person = 0, trust = 'substantial', back = '/meine') {
		const page = await this.get(`/anmelden?stufe=${trust}&zurueck=${back}`);
		const form = readForm(page.body, (action) => action.startsWith('/vorfuehrung'));
		if (!form) throw new Error(`no login page: ${page.status} ${page.path}`);
		return this.postAndFollow(form.action, { ...form.fields, person: String(person), trust });
	}

	async loginStaff(name, password = 'amtsweg-2026') {
		const page = await this.get('/arbeitsplatz/anmelden');
		const form = readForm(page.body, (action) => action.includes('anmelden'));
		return this.postAndFollow(form.action, { ...form.fields, name, kennwort: password });
	}
}
