const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'loong64', 'mips64el']

/** The optional packages that a lockfile names as somebody's dependency and has no entry for, with the entry each should have. */
export function missingFrom(lock) {
  const missing = new Map()
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (path === '' || isThere(lock, path, name)) continue
      const { os, cpu, libc } = platformOf(name)
      missing.set(`node_modules/${name}`, { version, cpu, dev, libc, optional: true, os }) // in npm's own order
    }
  }
  return [...missing].map(([path, entry]) => ({ path, entry }))
}

/** A dependency lies in the folder of its dependent or of any package around that. */
function isThere(lock, path, name) {
  const parts = path.split('/node_modules/')
  const folders = parts.map((_, i) => parts.slice(0, parts.length - i).join('/node_modules/'))
  return [...folders, ''].some(
    (folder) => lock.packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`],
  )
}

function platformOf(name) {
  const os = systems.find((system) => name.includes(system))
  const cpu = processors.find((processor) => new RegExp(`[-/]${processor}`).test(name))
  if (cpu === undefined)
    throw new Error(`No platform can be read from the name ${name}; add its entry to package-lock.json by hand`)
  const libc = name.endsWith('-musl') ? ['musl'] : name.endsWith('-gnu') ? ['glibc'] : undefined
  return { os: os && [os], cpu: [cpu], libc }
}
