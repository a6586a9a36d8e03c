// Finds the browser that the tests drive, and provides one where that can be done without asking.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fail, root, run, say } from './bootstrap.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The path of a Chromium: the one named, an installed one, Playwright's, or one installed now. */
export function provideChromium(node) {
  const named = process.env.HOLDFAST_CHROMIUM || process.env.CHROME_PATH
  if (named)
    return isProgram(named)
      ? named
      : fail(`HOLDFAST_CHROMIUM or CHROME_PATH names ${named}, which can't be run; correct it or leave it out.`)
  return findChromium(node) || installChromium(node)
}

function findChromium(node) {
  const folders = (process.env.PATH || '').split(delimiter).filter(Boolean)
  const candidates = [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...applications,
    playwrightsOwn(node),
  ]
  return candidates.find(isProgram)
}

/** Where Playwright keeps a Chromium of its own; it may not be there. */
function playwrightsOwn(node) {
  const script = "process.stdout.write(require('@playwright/test').chromium.executablePath())"
  return spawnSync(node, ['-e', script], { cwd: root, encoding: 'utf8' }).stdout
}

function installChromium(node) {
  if (process.getuid && process.getuid() === 0 && isProgram('/usr/bin/apt-get')) {
    say('Installing Chromium with apt-get (once, a minute or two) …')
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    const updated = run('apt-get', ['update', '-qq'], env).status === 0
    if (
      updated &&
      run(
        'apt-get',
        ['install', '-y', '-qq', '-o', 'Dpkg::Use-Pty=0', '--no-install-recommends', 'chromium', 'fonts-liberation'],
        env,
      ).status === 0
    ) {
      const found = findChromium(node)
      if (found) return found
    }
  } else {
    say("Downloading Playwright's Chromium (once, a minute or two) …")
    run(node, [join(root, 'node_modules', '@playwright', 'test', 'cli.js'), 'install', 'chromium'])
    const found = findChromium(node)
    if (found) return found
  }
  return fail(
    'The browser tests need Chromium and none could be installed; install it (on Debian as root: apt-get install chromium) or name one with CHROME_PATH, then try again.',
  )
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return Boolean(path)
  } catch {
    return false
  }
}
