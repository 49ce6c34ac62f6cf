// Renders one letter of a package by hand, for people who write templates:
//
//   node ui/helper/render.mjs PACKAGE TEMPLATE DATA.json OUT.pdf   the letter as PDF/A
//   node ui/helper/render.mjs PACKAGE TEMPLATE DATA.json --parts   its parts as JSON
//
// PACKAGE is the folder of the package, TEMPLATE for example "notice".

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

function frame(head, body) {
	const bytes = Buffer.from(JSON.stringify(head), 'utf8');
	const lengths = Buffer.alloc(8);
	lengths.writeUInt32BE(bytes.length, 0);
	lengths.writeUInt32BE(body.length, 4);
	return Buffer.concat([lengths, bytes, body]);
}

function frames(bytes) {
	const out = [];
	for (let at = 0; at + 8 <= bytes.length; ) {
		const head = at + 8 + bytes.readUInt32BE(at);
		const end = head + bytes.readUInt32BE(at + 4);
		out.push({ head: JSON.parse(bytes.subarray(at + 8, head)), body: bytes.subarray(head, end) });
		at = end;
	}
	return out;
}

const [folder, template, data, out] = process.argv.slice(2);
if (!out) {
	console.error('usage: node ui/helper/render.mjs PACKAGE TEMPLATE DATA.json OUT.pdf|--parts');
	process.exit(2);
}
const here = path.dirname(fileURLToPath(import.meta.url));
const request = {
	id: 1,
	kind: out === '--parts' ? 'parts' : 'pdf',
	template: `/letters/${template}.typ`,
	mounts: {
		'/letters': path.resolve(folder, 'letters'),
		'/_letters': path.resolve(here, '../../services/_letters'),
	},
	time: 1767225600,
	standard: 'a-2a',
};
const helper = spawnSync(process.execPath, [path.join(here, 'letters.mjs')], {
	input: frame(request, fs.readFileSync(data)),
	stdio: ['pipe', 'pipe', 'inherit'],
	maxBuffer: 64 * 1024 * 1024,
});
const answer = frames(helper.stdout).find(({ head }) => head.id === 1);
if (!answer?.head.ok) {
	const { file, line, message } = answer?.head.error ?? { message: 'the helper gave no answer' };
	console.error([file, line, ` ${message}`].filter((part) => part !== undefined).join(':'));
	process.exit(1);
}
if (out === '--parts') console.log(JSON.stringify(JSON.parse(answer.body), null, '\t'));
else fs.writeFileSync(out, answer.body);
