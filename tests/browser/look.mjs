// look.mjs - opens the pages of plan.json in headless Chromium and looks at
// them: what they say, their colours and widths, what they load, what the
// browser, html-validate and axe complain of. Run by pages.py.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { HtmlValidate } from 'html-validate';
import { chromium } from 'playwright-core';

const plan = JSON.parse(readFileSync('plan.json', 'utf8'));
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const validator = new HtmlValidate({
	root: true,
	extends: ['html-validate:recommended', 'html-validate:document'],
	// the doctype is written as the standard has it
	rules: { 'doctype-style': ['error', { style: 'uppercase' }] },
});
const variants = [
	{ name: 'light', scheme: 'light', width: 1000 },
	{ name: 'dark', scheme: 'dark', width: 1000 },
	{ name: 'narrow', scheme: 'light', width: 320 },
];
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic',
	'--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];
const policy = /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/;
let passed = 0;
let failed = 0;
let looked = 0;

function check(name, good, why) {
	if (good) {
		passed++;
		console.log(`ok browser: ${name}`);
	} else {
		failed++;
		console.log(`FAIL browser: ${name}: ${why}`.replace(/\n/g, ' '));
	}
}

function variantsOf(wanted) {
	return wanted.brief ? variants.filter(v => v.name !== 'dark') : variants;
}

// 0 is black, 255 white
function brightness(colour) {
	const parts = colour.match(/\d+/g).map(Number);
	return (parts[0] + parts[1] + parts[2]) / 3;
}

// What is seen from inside the page; runs there.
function inside() {
	const wide = [...document.querySelectorAll('body *')].filter(
		e => e.getBoundingClientRect().right > innerWidth + 0.5);
	return {
		text: document.body.innerText,
		title: document.title,
		lang: document.documentElement.lang,
		background: getComputedStyle(document.body).backgroundColor,
		ink: getComputedStyle(document.body).color,
		width: document.documentElement.scrollWidth,
		wide: wide.map(e => e.outerHTML.slice(0, 80)),
		scripts: document.querySelectorAll('script, img, b, iframe').length,
		main: document.querySelectorAll('main').length,
		h1: document.querySelectorAll('h1').length,
		violations: window.seenViolations,
	};
}

function checkSeen(name, seen, wanted, variant) {
	const missing = wanted.texts.filter(text => !seen.text.includes(text));
	check(`${name}: says who, what and why`, missing.length === 0,
		`${JSON.stringify(missing)} not in ${seen.text}`);
	check(`${name}: title, language, one heading and one main part`,
		seen.title && seen.lang === 'en' && seen.h1 === 1 &&
		seen.main === 1, JSON.stringify(seen));
	check(`${name}: no markup of others`, seen.scripts === 0,
		`${seen.scripts} elements`);
	check(`${name}: no wider than ${variant.width}`,
		seen.width <= variant.width && seen.wide.length === 0,
		`${seen.width}: ${seen.wide}`);
	const dark = variant.scheme === 'dark';
	const paper = brightness(seen.background);
	const ink = brightness(seen.ink);
	check(`${name}: is ${variant.scheme}`,
		dark ? paper < 40 && ink > 200 : paper > 230 && ink < 60,
		`${seen.ink} on ${seen.background}`);
	check(`${name}: no violation of its policy`,
		seen.violations.length === 0, seen.violations.join());
}

// What goes on while a page is open: requests, complaints.
function watch(page, wanted, status) {
	const noise = [];
	// Chromium reports the status of a document that is an error
	const expected = `the server responded with a status of ${status}`;
	page.on('console', message => {
		if (status < 400 || !message.text().includes(expected))
			noise.push(message.text());
	});
	page.on('pageerror', error => noise.push(String(error)));
	page.on('dialog', dialog => {
		noise.push(`dialog ${dialog.message()}`);
		dialog.dismiss();
	});
	page.on('request', request => {
		if (request.url() !== wanted.url)
			noise.push(`asks for ${request.url()}`);
	});
	return noise;
}

async function checkAnswer(name, response, wanted) {
	const headers = response.headers();
	const body = await response.text();
	check(`${name}: status`, response.status() === wanted.status,
		response.status());
	check(`${name}: Content-Security-Policy`,
		policy.test(headers['content-security-policy']),
		headers['content-security-policy']);
	check(`${name}: headers`,
		/^text\/html\b/.test(headers['content-type']) &&
		headers['cache-control'] === 'no-store' &&
		/\baccept\b/i.test(headers.vary) &&
		headers['x-content-type-options'] === 'nosniff' &&
		headers['referrer-policy'] === 'no-referrer',
		JSON.stringify(headers));
	const id = headers['x-mtlsgate-decision'];
	const shown = /<dt>Decision id<\/dt>\n<dd><bdi>([0-9a-f]{20})</.exec(body);
	check(`${name}: decision id`,
		shown && (wanted.status === 200 || shown[1] === id),
		`${shown && shown[1]} is not ${id}`);
	const report = await validator.validateString(body);
	check(`${name}: html-validate`, report.valid,
		JSON.stringify(report.results.flatMap(result => result.messages.map(
			m => `${m.ruleId}: ${m.message} at ${m.line}`))));
}

async function checkAccess(name, page) {
	await page.evaluate(axe);
	const result = await page.evaluate(() => axe.run({ runOnly: ['wcag2a',
		'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
	check(`${name}: axe`, result.violations.length === 0 &&
		result.passes.length > 10,
		JSON.stringify(result.violations.map(v =>
			`${v.id}: ${v.nodes.map(n => n.html)}`)));
}

async function look(context, wanted, variant) {
	const name = `${wanted.name} ${variant.name}`;
	const page = await context.newPage();
	const noise = watch(page, wanted, wanted.status);
	await page.setViewportSize({ width: variant.width, height: 700 });
	await page.emulateMedia({ colorScheme: variant.scheme });
	const response = await page.goto(wanted.url);
	if (variant.name === 'light')
		await checkAnswer(wanted.name, response, wanted);
	await page.screenshot({ fullPage: true,
		path: `${plan.out}/${wanted.name}-${variant.name}.png` });
	checkSeen(name, await page.evaluate(inside), wanted, variant);
	await checkAccess(name, page);
	check(`${name}: nothing loaded, nothing to complain of`,
		noise.length === 0, noise.join('; '));
	await page.close();
	looked++;
}

async function lookAs(client) {
	const home = plan.homes[client];
	const context = await chromium.launchPersistentContext(`${home}/profile`, {
		executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
		headless: true,
		args: flags,
		env: { ...process.env, HOME: home },
	});
	try {
		await context.addInitScript(() => {
			window.seenViolations = [];
			addEventListener('securitypolicyviolation', event =>
				seenViolations.push(`${event.violatedDirective} ` +
					event.blockedURI));
		});
		for (const wanted of plan.pages.filter(p => p.client === client))
			for (const variant of variantsOf(wanted))
				await look(context, wanted, variant);
	} finally {
		await context.close();
	}
}

rmSync(plan.out, { recursive: true, force: true });
mkdirSync(plan.out, { recursive: true });
for (const client of Object.keys(plan.homes)) {
	try {
		await lookAs(client);
	} catch (error) {
		check(`the browser of ${client}`, false, String(error.stack));
	}
}
const all = plan.pages.flatMap(variantsOf).length;
check('all pages were looked at', looked === all && looked > 0, looked);
process.exit(failed ? 1 : 0);
