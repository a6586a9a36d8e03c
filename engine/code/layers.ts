import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** What stands between user code and this machine besides the isolate, and how a runner is started with it. */
export interface Layers {
  active: string[]
  missing: string[]
  /** Put in front of the runner's command line. */
  prefix: string[]
  uid: number | undefined
}

/** The user nobody; it owns nothing. */
export const nobody = 65_534

/** Memory is not among them: V8 reserves far more address space than it uses, so the runner watches what it really uses. */
const limits = ['--core=0', '--nofile=256', '--fsize=0']

/** Tries each layer once on this machine; what fails is left out and reported, never silently assumed. */
export function probeLayers(): Layers {
  const isRoot = process.getuid?.() === 0
  const layers: Layers = {
    active: ['isolate per attempt', 'process without environment', 'file permissions'],
    missing: [],
    prefix: [],
    uid: undefined,
  }
  const add = (name: string, isUsable: boolean) => (isUsable ? layers.active : layers.missing).push(name)

  const unshare = isRoot
    ? [program('unshare'), '-n', '-i', '-m', '-p', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--']
    : [program('unshare'), '-U', '-n', '-i', '--']
  const hasNamespaces = works(unshare)
  // Without its parent it has no reason to be; the inner one dies with this outer process.
  const dieWithParent = [program('setpriv'), '--pdeathsig=KILL', '--']
  if (hasNamespaces) layers.prefix.push(...(works([...dieWithParent, ...unshare]) ? dieWithParent : []), ...unshare)
  add('no network', hasNamespaces)
  if (isRoot) add('own process list', hasNamespaces)

  const drop = isRoot
    ? [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all']
    : []
  const setpriv = [program('setpriv'), ...drop, '--no-new-privs', '--pdeathsig=KILL', '--']
  const hasSetpriv = works([...layers.prefix, ...setpriv])
  if (hasSetpriv) layers.prefix.push(...setpriv)
  add('no new privileges', hasSetpriv)

  if (isRoot && !hasSetpriv) {
    // Without setpriv the user is switched while spawning, before any namespace could be made.
    layers.prefix = []
    layers.active = layers.active.filter((name) => name !== 'no network' && name !== 'own process list')
    layers.missing.push(...['no network', 'own process list'].filter((name) => !layers.missing.includes(name)))
    layers.uid = nobody
  }
  add('unprivileged user', isRoot)

  const prlimit = [program('prlimit'), ...limits, '--']
  const hasLimits = works([...layers.prefix, ...prlimit])
  if (hasLimits) layers.prefix.push(...prlimit)
  add('resource limits', hasLimits)
  return layers
}

/** Full paths, because a runner's environment has none to look in. */
function program(name: string): string {
  return ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].map((folder) => `${folder}/${name}`).find(existsSync) ?? `/usr/bin/${name}`
}

function works([command = '', ...args]: string[]): boolean {
  return spawnSync(command, [...args, program('true')], { stdio: 'ignore', timeout: 5_000, env: {}, cwd: '/' }).status === 0
}
