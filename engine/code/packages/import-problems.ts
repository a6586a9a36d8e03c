import { isBuiltin } from 'node:module'
import { packageOf } from '#shared/package-name.ts'
import type { CodePackage } from '../../ports.ts'
import type { CodeProblem } from '../code-problem.ts'
import type { CodeImport } from '../read-module.ts'

/** What of Node's own the sandbox has under the same or another name. */
const insteadOfNode = new Map([
  ['node:buffer', 'Buffer is there without an import'],
  ['node:url', 'URL and URLSearchParams are there without an import'],
  ['node:perf_hooks', 'performance is there without an import'],
  ['node:timers', 'setTimeout and the others are there without an import'],
  ['node:timers/promises', 'To wait, use step.sleep, or setTimeout, which is there without an import'],
  ['node:crypto', 'crypto is there without an import: randomUUID, and subtle with digests and HMAC'],
  ['node:util', 'TextEncoder and TextDecoder are there without an import'],
  ['node:http', 'fetch is there without an import'],
  ['node:https', 'fetch is there without an import'],
])

/** What is wrong with the imports themselves, before anything is looked up in a package. */
export function importProblems(imports: readonly CodeImport[], packages: readonly CodePackage[]): CodeProblem[] {
  return imports.flatMap(({ specifier, ...place }): CodeProblem[] => {
    const name = packageOf(specifier)
    const found = packages.find((one) => one.name === name)
    if (found?.unusable !== undefined)
      return [{ ...place, code: 'package_unusable', package: found.name, message: `Package "${found.name}" ${found.unusable}` }]
    if (found !== undefined) return []
    if (isBuiltin(specifier)) {
      const instead = insteadOfNode.get(nodeName(specifier))
      const message = `${nodeName(specifier)} can't be imported: code steps don't have what is built into Node`
      return [{ ...place, message: instead === undefined ? message : `${message}. ${instead}` }]
    }
    if (name === undefined)
      return [
        { ...place, message: `"${specifier}" can't be imported: code steps import packages by name, no files or addresses` },
      ]
    const message = `Package "${name}" isn't in this workspace. Add it in Settings → Packages`
    return [{ ...place, code: 'package_missing', package: name, message }]
  })
}

/** `fs` as it is written since there are packages of such names. */
export function nodeName(specifier: string): string {
  return specifier.startsWith('node:') ? specifier : `node:${specifier}`
}
