// What `npm start` and `npm test` share. Plain JavaScript that any Node from 18 on runs, and nothing imported that
// is not part of Node: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const isWindows = process.platform === 'win32'

/** Prints one line of progress. */
export function say(text) {
  process.stdout.write(`${text}\n`)
}

/** Ends the process with one sentence that says what to do. */
export function fail(sentence) {
  process.stderr.write(`\n${sentence}\n`)
  process.exit(1)
}

/** Installs what package-lock.json lists and is not there yet: without the development tools, unless they are wanted. */
export function ensureInstalled({ withDevelopmentTools }) {
  if (Number(process.versions.node.split('.')[0]) < 18) {
    fail(`Holdfast needs Node 18 or newer to start and this is ${process.version}; install a newer one from https://nodejs.org.`)
  }
  if (isInstalled(withDevelopmentTools)) return
  say('Installing what Holdfast needs (once, usually a minute) …')
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...(withDevelopmentTools ? [] : ['--omit=dev']),
  ]
  const { status, error } = npm(args)
  if (error) fail('npm was not found; install Node together with npm from https://nodejs.org, then try again.')
  if (status !== 0) {
    fail(
      'The packages could not be installed, for the reason npm gives above; check the network, the free space and that this folder can be written to, then try again.',
    )
  }
}

/**
 * Whether node_modules holds every package of the lockfile in its version. npm keeps its own account of what it
 * installed there, written last, so an installation that was interrupted counts as none.
 */
function isInstalled(withDevelopmentTools) {
  const installedFile = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return false
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const has = installed[path]
    if (has) return has.version === entry.version
    const isForAnotherPlatform = entry.optional || entry.devOptional
    return isForAnotherPlatform || (entry.dev && !withDevelopmentTools)
  })
}

/** The Node that runs the product: this one when it can, else the one npm installed beside the other packages. */
export function findNode() {
  if (canRunProduct(process.versions.node, process.versions.modules)) return process.execPath
  for (const name of [
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ]) {
    const node = join(root, 'node_modules', name, 'bin', isWindows ? 'node.exe' : 'node')
    if (!existsSync(node)) continue
    const { status, stdout } = spawnSync(node, ['-p', 'process.versions.node + " " + process.versions.modules'], {
      encoding: 'utf8',
    })
    if (status === 0 && canRunProduct(...stdout.trim().split(' '))) return node
  }
  return fail(
    `Holdfast needs Node 24, this is ${process.version}, and there is no ready-made one for ${process.platform} ${process.arch}; install Node 24 from https://nodejs.org, then try again.`,
  )
}

/** TypeScript is run as it is from 24 on; the sandbox's addon comes ready-made for some of Node's binary interfaces only. */
function canRunProduct(version, binaryInterface) {
  if (Number(version.split('.')[0]) < 24) return false
  const addons = join(root, 'node_modules', 'isolated-vm', 'prebuilds', `${process.platform}-${process.arch}`)
  return !existsSync(addons) || readdirSync(addons).some((file) => file.includes(`.abi${binaryInterface}.`))
}

/** Builds the interface when its sources are not those it was built from. */
export function ensureWebIsBuilt(node) {
  const output = join(root, 'dist', 'web')
  const stampFile = join(root, 'dist', 'web.stamp')
  const stamp = checksumOf(['web', 'shared', 'vite.config.ts', 'package-lock.json'])
  if (existsSync(join(output, 'index.html')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  say('Building the interface (after each change of it, usually half a minute) …')
  const { status } = run(node, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error'])
  if (status !== 0)
    fail(
      'The interface could not be built, for the reason given above; if you changed nothing, delete node_modules and dist and try again.',
    )
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, stamp)
}

function checksumOf(paths) {
  const hash = createHash('sha256')
  const visit = (path) => {
    const absolute = join(root, path)
    if (!existsSync(absolute)) return
    if (/\.test\.tsx?$|node_modules$/.test(path)) return
    const entries = readEntries(absolute)
    if (entries) {
      entries.forEach((entry) => visit(`${path}/${entry}`))
      return
    }
    hash.update(`${path}\0`).update(readFileSync(absolute)).update('\0')
  }
  paths.forEach(visit)
  return hash.digest('hex')
}

function readEntries(path) {
  try {
    return readdirSync(path).sort()
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}

/** Runs a command to its end in this terminal. */
export function run(command, args, env = {}) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
}

/** Runs npm: the one we were started by, else the one on the path. */
export function npm(args, env = {}) {
  const cli = process.env.npm_execpath
  if (cli && /\.c?js$/.test(cli) && existsSync(cli)) return run(process.execPath, [cli, ...args], env)
  return spawnSync('npm', args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env }, shell: isWindows })
}

/**
 * Becomes another program, or stands in for it as long as it runs: the same terminal, the same exit code, and each
 * signal reaches it exactly once.
 */
export function become(command, args, more = {}, cwd = root) {
  const env = { ...process.env, ...more }
  if (typeof process.execve === 'function' && !isWindows) {
    process.removeAllListeners('warning') // it says of itself that it is new
    process.chdir(cwd)
    process.execve(command, [command, ...args], env)
  }
  // A group of its own, or a Ctrl-C would reach it twice: from the terminal and from us. Twice means "at once".
  const child = spawn(command, args, { cwd, stdio: 'inherit', env, detached: !isWindows })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
  }
  child.on('error', (error) => fail(`${command} could not be run: ${error.message}.`))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
