// After `npm install` of a package: completes package-lock.json.
//
// npm leaves an optional package out of the lockfile when the registry it asked doesn't have it, which happens for
// rare platforms with mirrors, and then `npm ci` refuses that same lockfile everywhere. The version is known from
// whoever depends on it; what platform it is for is in its name.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './bootstrap.mjs'
import { missingFrom } from './lockfile.mjs'

const file = join(root, 'package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))
const missing = missingFrom(lock)
for (const { path, entry } of missing) lock.packages[path] = entry
const [[self, own], ...others] = Object.entries(lock.packages)
lock.packages = Object.fromEntries([[self, own], ...others.sort(([a], [b]) => a.localeCompare(b, 'en'))])
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(
  missing.length === 0 ? 'The lockfile is complete.\n' : `Added ${missing.map(({ path }) => path).join(', ')}.\n`,
)
