// `npm test`: everything that must hold, in one command, on any Node from 18 on.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { ensureInstalled, ensureWebIsBuilt, findNode, npm, root, say } from './bootstrap.mjs'
import { provideChromium } from './chromium.mjs'
import { failuresOfPlaywright, failuresOfVitest, failuresOutsideOfTests } from './failures.mjs'

const startedAt = Date.now()
ensureInstalled({ withDevelopmentTools: true })
const node = findNode()
// Scripts and what they start find the right Node first, whatever this one is.
const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
const reports = mkdtempSync(join(tmpdir(), 'holdfast-reports-'))
const results = []

check('Types', 'check:types')
check('Lint', 'check:lint')
check('Format', 'check:format')
check('Dead code and dependencies', 'check:unused')

const unitReport = join(reports, 'unit.json')
const strayReport = join(reports, 'stray.json')
section('Unit and integration tests', () => {
  const reporters = ['default', 'json', './scripts/stray-errors.mjs'].map((name) => `--reporter=${name}`)
  const args = ['--', ...reporters, `--outputFile.json=${unitReport}`]
  const isGreen = script('test:unit', args, { STRAY_ERRORS: strayReport })
  return countsFrom(unitReport, isGreen, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests,
    failures: [...failuresOfVitest(report, root), ...failuresOutsideOfTests(readIfThere(strayReport))],
  }))
})

if (readdirSync(join(root, 'e2e')).some((file) => file.endsWith('.spec.ts'))) {
  const browserReport = join(reports, 'browser.json')
  section('Browser tests', () => {
    ensureWebIsBuilt(node)
    const env = { HOLDFAST_CHROMIUM: provideChromium(node), PLAYWRIGHT_JSON_OUTPUT_FILE: browserReport }
    const isGreen = script('test:e2e', ['--', '--reporter=list,json'], env)
    return countsFrom(browserReport, isGreen, (report) => ({
      passed: report.stats.expected + report.stats.flaky,
      failed: report.stats.unexpected,
      skipped: report.stats.skipped,
      failures: failuresOfPlaywright(report),
    }))
  })
}

// Real servers and a real PostgreSQL, killed and frozen under load; and six broken builds that must be found out.
const chaosReport = join(reports, 'chaos.json')
section('Chaos', () => {
  const isGreen = script('chaos', [
    '--',
    '--seed',
    '1',
    '--seed',
    '2',
    '--minutes',
    '2',
    '--self-test',
    '--seconds',
    '10',
    '--output',
    chaosReport,
  ])
  return countsFrom(chaosReport, isGreen, (report) => report)
})

rmSync(reports, { recursive: true, force: true })
summarize()

function check(title, name) {
  section(title, () => (script(name) ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }))
}

function section(title, work) {
  say(`\n━━ ${title}`)
  const began = Date.now()
  const counts = work()
  results.push({ title, seconds: secondsSince(began), ...counts })
}

function script(name, args = [], env = {}) {
  return npm(['run', '--silent', name, ...args], { ...env, PATH: path }).status === 0
}

/** A runner that failed without saying how many tests did counts as one failure. */
function countsFrom(file, isGreen, read) {
  const counts = existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : { passed: 0, failed: 0, skipped: 0 }
  return isGreen ? counts : { ...counts, failed: Math.max(1, counts.failed) }
}

function readIfThere(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

function summarize() {
  say('\n━━ Summary')
  for (const { title, seconds, failed } of results) say(`${failed === 0 ? '✓' : '✗'} ${title} (${seconds} s)`)
  // Said again at the end, for whoever has only the last of what was printed.
  for (const failure of results.flatMap(({ failures = [] }) => failures)) say(`\n${failure}`)
  say(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  say(`in ${secondsSince(startedAt)} s`)
  process.exitCode = sum('failed') === 0 ? 0 : 1
}

function sum(key) {
  return results.reduce((total, result) => total + result[key], 0)
}

function secondsSince(time) {
  return Math.round((Date.now() - time) / 1000)
}
