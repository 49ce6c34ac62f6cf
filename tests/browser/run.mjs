// The runner: imports the test files, runs their tests one after the other, prints a line a test.

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CHROMIUM, closeAll, takeTests, world } from './harness.mjs';

const TEST_MS = 120_000;
const here = path.dirname(fileURLToPath(import.meta.url));

function argumentsOf(argv) {
	const files = [];
	let word = '';
	for (let i = 0; i < argv.length; i++) {
		if (argv[i] === '-t') word = argv[++i] ?? '';
		else files.push(path.resolve(argv[i]));
	}
	if (files.length === 0) {
		const found = fs.readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort();
		files.push(...found.map((name) => path.join(here, name)));
	}
	return { files, word };
}

function withinTime(promise, name, ms = TEST_MS) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`${name}: not done after ${ms} ms`)), ms);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function runTest(test, file, count) {
	const started = Date.now();
	const t = world(file);
	try {
		await withinTime(test.body(t), test.name, test.ms);
		await t.finish();
		count.passed++;
		console.log(`ok ${test.name} (${Date.now() - started} ms)`);
	} catch (error) {
		count.failed++;
		console.log(`not ok ${test.name}`);
		console.log(String(error.stack ?? error).replace(/^/gm, '    '));
		await t.evidence(test.name);
	}
	await stopped(() => t.close(), test.name, count);
}

// A server that does not stop well is a failure of its own.
async function stopped(stop, name, count) {
	try {
		await stop();
	} catch (error) {
		count.failed++;
		console.log(`not ok ${name}: after the end`);
		console.log(String(error.message).replace(/^/gm, '    '));
	}
}

const { files, word } = argumentsOf(process.argv.slice(2));
const count = { passed: 0, failed: 0, skipped: 0 };
if (!fs.existsSync(CHROMIUM)) {
	console.log(`skip: there is no ${CHROMIUM} (packaging/setup check)`);
	console.log('0 passed, 0 failed, 1 skipped');
	process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM']) {
	process.once(signal, () => closeAll().finally(() => process.exit(1)));
}
for (const file of files) {
	try {
		await import(pathToFileURL(file).href);
	} catch (error) {
		count.failed++;
		console.log(`not ok ${path.basename(file)}: ${error.stack}`);
	}
	for (const test of takeTests()) {
		if (!test.name.includes(word)) continue;
		await runTest(test, file, count);
	}
	await stopped(() => closeAll(file), path.basename(file), count);
}
await stopped(() => closeAll(), 'the browser', count);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exit(count.failed === 0 ? 0 : 1);
