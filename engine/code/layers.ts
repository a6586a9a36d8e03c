import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { LayerName } from './layer-words.ts'

/** What stands between user code and this machine besides the isolate, and how a runner is started with it. */
export interface Layers {
  active: LayerName[]
  missing: LayerName[]
  /** Put in front of the runner's command line. */
  prefix: string[]
  uid: number | undefined
}

/** The user nobody; it owns nothing. */
export const nobody = 65_534

/** Without its parent a runner has no reason to be. */
const dieWithParent = ['--pdeathsig=KILL', '--']
/** Memory is not among them: V8 reserves far more address space than it uses, so the runner watches what it really uses. */
const limits = ['--core=0', '--nofile=256', '--fsize=0', '--']
/** Whatever the machine, these come with how a runner is made. */
const always: LayerName[] = ['isolate per attempt', 'process without environment', 'file permissions']

/** Tries the layers on this machine; what fails is left out and reported, never silently assumed. */
export async function probeLayers(): Promise<Layers> {
  const isRoot = process.getuid?.() === 0
  const commands = commandsFor(isRoot)
  const { outer, unshare, setpriv, prlimit } = commands
  // Where all is well, one look at the whole is enough.
  const whole = [...outer, ...unshare, ...setpriv, ...prlimit]
  if (isRoot && (await works(whole))) {
    const rest: LayerName[] = ['no network', 'own process list', 'no new privileges', 'unprivileged user', 'resource limits']
    return { active: [...always, ...rest], missing: [], prefix: whole, uid: undefined }
  }
  return probeOneByOne(isRoot, commands)
}

type Commands = ReturnType<typeof commandsFor>

function commandsFor(isRoot: boolean) {
  const drop = isRoot
    ? [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all']
    : []
  return {
    // The inner process dies with this outer one.
    outer: [program('setpriv'), ...dieWithParent],
    unshare: isRoot
      ? [program('unshare'), '-n', '-i', '-m', '-p', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--']
      : [program('unshare'), '-U', '-n', '-i', '--'],
    setpriv: [program('setpriv'), ...drop, '--no-new-privs', ...dieWithParent],
    prlimit: [program('prlimit'), ...limits],
  }
}

async function probeOneByOne(isRoot: boolean, { outer, unshare, setpriv, prlimit }: Commands): Promise<Layers> {
  const layers: Layers = { active: [...always], missing: [], prefix: [], uid: undefined }
  const add = (name: LayerName, isUsable: boolean) => (isUsable ? layers.active : layers.missing).push(name)

  let hasNamespaces = await works(unshare)
  if (hasNamespaces) layers.prefix.push(...((await works([...outer, ...unshare])) ? outer : []), ...unshare)
  const hasSetpriv = await works([...layers.prefix, ...setpriv])
  if (hasSetpriv) layers.prefix.push(...setpriv)
  if (isRoot && !hasSetpriv) {
    // Without setpriv the user is switched while spawning, before any namespace could be made.
    layers.prefix = []
    layers.uid = nobody
    hasNamespaces = false
  }
  const hasLimits = await works([...layers.prefix, ...prlimit])
  if (hasLimits) layers.prefix.push(...prlimit)

  add('no network', hasNamespaces)
  add('own process list', hasNamespaces && isRoot)
  add('no new privileges', hasSetpriv)
  add('unprivileged user', isRoot)
  add('resource limits', hasLimits)
  return layers
}

/** Full paths, because a runner's environment has none to look in. */
function program(name: string): string {
  return ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].map((folder) => `${folder}/${name}`).find(existsSync) ?? `/usr/bin/${name}`
}

function works([command = '', ...args]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command, [...args, program('true')], { timeout: 5_000, env: {}, cwd: '/' }, (error) => resolve(error === null))
  })
}
