// The letter helper: renders Typst templates for the program, which talks to it over stdin and stdout.
//
// A frame, both ways: length of the head (4 bytes, big endian), length of the body (4 bytes), the head as
// JSON, the body as bytes. After the start the helper sends a head { ready: true }. Then one request at a
// time, each answered by one frame with the same id:
//
//   request   head { id, kind, template, mounts: { "/letters": DIR, ... }, time, standard }; body: the data
//             as JSON. kind: "pdf" or "parts". time: seconds since 1970 that the PDF carries as the
//             day it was made. standard: "a-2a" or "ua-1". template: a path below a mount.
//   answer    head { id, ok: true, pages, replaced }; body: the PDF, or the parts as JSON.
//             replaced: the characters that no font of ours has, printed as an empty frame.
//   refusal   head { id, ok: false, error: { kind, message, file, line, column } }; no body.
//             kind: "template" (the template or its data), "missing" (no such template), "limit",
//             "request" (the caller), "internal".
//
// A template sees the files below the mounts and nothing else: they are read here and handed to the
// compiler in memory; the compiler's own root is a folder that does not exist. Symbolic links are refused.
// The same request gives the same bytes.

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HEAD_MAX = 64 * 1024;
const BODY_MAX = 4 * 1024 * 1024;
const FILE_MAX = 4 * 1024 * 1024;
const FILES_MAX = 256;
const CACHE_AGE = 2; // requests after which a memoised result that nobody used is dropped
const ROOT = '/nonexistent/letters';
const KINDS = new Set(['.typ', '.json', '.svg', '.png', '.jpg']);
const STANDARDS = new Set(['a-2a', 'ua-1']);
const FONTS = [
	'fira-sans/400Regular/FiraSans_400Regular.ttf',
	'fira-sans/400Regular_Italic/FiraSans_400Regular_Italic.ttf',
	'fira-sans/500Medium/FiraSans_500Medium.ttf',
	'fira-sans/600SemiBold/FiraSans_600SemiBold.ttf',
	'fira-sans/600SemiBold_Italic/FiraSans_600SemiBold_Italic.ttf',
	'noto-sans/400Regular/NotoSans_400Regular.ttf',
	'noto-sans/600SemiBold/NotoSans_600SemiBold.ttf',
];
const UNKNOWN_CHARACTER = '\u25af';

class Refusal extends Error {
	constructor(kind, message, where = {}) {
		super(message);
		this.kind = kind;
		this.where = where;
	}
}

// Frames

function readExactly(size) {
	const buffer = Buffer.alloc(size);
	for (let have = 0; have < size; ) {
		const got = fs.readSync(0, buffer, have, size - have, null);
		if (got === 0) return null;
		have += got;
	}
	return buffer;
}

// The next request, or null when the program has gone. A frame above the limits ends the helper, because
// what follows it could not be told apart.
function readFrame() {
	const lengths = readExactly(8);
	if (!lengths) return null;
	const headSize = lengths.readUInt32BE(0);
	const bodySize = lengths.readUInt32BE(4);
	if (headSize > HEAD_MAX || bodySize > BODY_MAX) return null;
	const head = readExactly(headSize);
	const body = readExactly(bodySize);
	return head && body ? { head: JSON.parse(head.toString('utf8')), body } : null;
}

function writeFrame(head, body = Buffer.alloc(0)) {
	const headBytes = Buffer.from(JSON.stringify(head), 'utf8');
	const lengths = Buffer.alloc(8);
	lengths.writeUInt32BE(headBytes.length, 0);
	lengths.writeUInt32BE(body.length, 4);
	const frame = Buffer.concat([lengths, headBytes, body]);
	for (let done = 0; done < frame.length; ) {
		done += fs.writeSync(1, frame, done, frame.length - done);
	}
}

// Files

// Adds the files below a folder as [path in the template's world, bytes].
function addFolder(inside, dir, out) {
	if (inside.split('/').length > 6) throw new Refusal('limit', `folders too deep at ${inside}`);
	for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
		const next = `${inside}/${entry.name}`;
		const outside = path.join(dir, entry.name);
		if (entry.isDirectory()) addFolder(next, outside, out);
		else if (entry.isFile() && KINDS.has(path.extname(entry.name))) addFile(next, outside, out);
	}
}

function addFile(inside, outside, out) {
	if (out.length >= FILES_MAX) throw new Refusal('limit', `more than ${FILES_MAX} files`);
	const fd = fs.openSync(outside, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
	try {
		if (fs.fstatSync(fd).size > FILE_MAX) throw new Refusal('limit', `${inside} is too large`);
		out.push([inside, fs.readFileSync(fd)]);
	} finally {
		fs.closeSync(fd);
	}
}

function mountFiles(mounts) {
	const files = [];
	for (const [mount, dir] of Object.entries(mounts ?? {})) {
		if (!/^\/[a-z_][a-z0-9_-]*$/.test(mount) || !path.isAbsolute(dir)) {
			throw new Refusal('request', `the mount ${mount} is not allowed`);
		}
		try {
			addFolder(mount, dir, files);
		} catch (error) {
			if (error instanceof Refusal) throw error;
			throw new Refusal('request', `cannot read ${mount}: ${error.code ?? error.message}`);
		}
	}
	return files;
}

// Hands the files to the compiler, unless it has exactly these already.
class Desk {
	constructor(compiler) {
		this.compiler = compiler;
		this.hash = '';
	}

	lay(files) {
		const sum = createHash('sha256');
		for (const [name, bytes] of files) sum.update(`${name}\0${bytes.length}\0`).update(bytes);
		const hash = sum.digest('hex');
		if (hash === this.hash) return;
		this.hash = '';
		this.compiler.resetShadow();
		for (const [name, bytes] of files) this.compiler.mapShadow(ROOT + name, bytes);
		this.hash = hash;
	}
}

// Rendering

// Where the writer of the package can act: the innermost place outside the shared parts.
function refusalFrom(diagnostics) {
	const first = diagnostics.find((d) => d.severity === 1) ?? diagnostics[0];
	const places = [first, ...diagnostics.filter((d) => d.severity === 4)].filter((d) => d?.range);
	const place = places.find((d) => !d.path.startsWith(`${ROOT}/_`)) ?? places[0];
	let message = first?.message ?? 'the template cannot be compiled';
	if (/package|request for url/.test(message) && /download|not found/.test(message)) {
		message = 'packages from outside are not allowed in letters';
	}
	return new Refusal('template', message.replaceAll(ROOT, ''), place && {
		file: place.path.replace(ROOT, ''),
		line: place.range.start.line + 1,
		column: place.range.start.character + 1,
	});
}

function compile(compiler, template, data) {
	const result = compiler.compile({ mainFilePath: ROOT + template, inputs: { d: data } });
	const error = result.takeError();
	if (error) throw refusalFrom(compiler.fetchDiagnostics(error));
	return result.result;
}

function undisplayable(message) {
	const found = [...message.matchAll(/the text `\\?"(.*?)\\?"` could not be displayed/g)];
	const texts = found.map((m) => m[1].replace(/\\+u\{([0-9a-f]+)\}/g, (_, hex) =>
		String.fromCodePoint(parseInt(hex, 16))));
	return new Set(texts.flatMap((text) => [...text]).filter((c) => c.codePointAt(0) > 0x7f));
}

// A person may type any character; the archive formats refuse a letter with one that no font has. Such a
// character becomes an empty frame, and the answer names it.
function renderPdf(compiler, request, data) {
	let replaced = '';
	for (let attempt = 0; ; attempt++) {
		const doc = compile(compiler, request.template, data);
		try {
			const options = { pdfStandard: request.standard, creationTimestamp: request.time };
			const pdf = compiler.pdf(doc, options);
			return { head: { pages: doc.numOfPages, replaced }, body: pdf };
		} catch (error) {
			const missing = undisplayable(String(error.message));
			if (missing.size === 0 || attempt === 3) {
				const text = /message: "((?:[^"\\]|\\.)*)"/.exec(error.message)?.[1] ?? error.message;
				throw new Refusal('template', text, { file: request.template });
			}
			replaced += [...missing].join('');
			data = [...data].map((c) => (missing.has(c) ? UNKNOWN_CHARACTER : c)).join('');
		}
	}
}

function listParts(compiler, request, data) {
	const doc = compile(compiler, request.template, data);
	const found = compiler.query(doc, { selector: '<aw-parts>' });
	if (found.length !== 1) {
		throw new Refusal('template', 'the template shows no letter', { file: request.template });
	}
	return { head: { pages: doc.numOfPages }, body: Buffer.from(JSON.stringify(found[0].value)) };
}

function checkRequest(request) {
	const template = String(request.template ?? '');
	if (!/^(\/[A-Za-z0-9_-]+)+\.typ$/.test(template)) {
		throw new Refusal('request', `${template} is no path of a template`);
	}
	if (request.kind === 'pdf') {
		if (!STANDARDS.has(request.standard)) throw new Refusal('request', 'unknown standard');
		if (!Number.isSafeInteger(request.time)) throw new Refusal('request', 'time is missing');
	} else if (request.kind !== 'parts') {
		throw new Refusal('request', `${request.kind} is no kind of request`);
	}
}

function answer(desk, request, body) {
	checkRequest(request);
	const files = mountFiles(request.mounts);
	if (!files.some(([name]) => name === request.template)) {
		throw new Refusal('missing', 'there is no such template', { file: request.template });
	}
	desk.lay(files);
	const data = body.toString('utf8');
	const render = request.kind === 'pdf' ? renderPdf : listParts;
	return render(desk.compiler, request, data);
}

function start() {
	// The compiler would fetch packages and read the caches of a user; it gets neither.
	for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) {
		process.env[name] = process.env[name.toLowerCase()] = 'http://127.0.0.1:9';
	}
	for (const name of ['HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'TYPST_PACKAGE_PATH']) {
		process.env[name] = '/nonexistent';
	}
	const require = createRequire(import.meta.url);
	const { NodeCompiler } = require('@myriaddreamin/typst-ts-node-compiler-linux-x64-gnu');
	const folder = fileURLToPath(new URL('../node_modules/@expo-google-fonts/', import.meta.url));
	const fontBlobs = FONTS.map((font) => fs.readFileSync(folder + font));
	return new Desk(NodeCompiler.create({ workspace: ROOT, fontArgs: [{ fontBlobs }] }));
}

function serve(desk) {
	writeFrame({ ready: true });
	for (let frame = readFrame(); frame; frame = readFrame()) {
		const { id } = frame.head;
		try {
			const { head, body } = answer(desk, frame.head, frame.body);
			writeFrame({ id, ok: true, ...head }, body);
		} catch (error) {
			const kind = error instanceof Refusal ? error.kind : 'internal';
			writeFrame({ id, ok: false, error: { kind, message: error.message, ...error.where } });
		}
		desk.compiler.evictCache(CACHE_AGE);
	}
}

serve(start());
