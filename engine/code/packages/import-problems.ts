import { isBuiltin } from 'node:module'
import { packageOf } from '#shared/package-name.ts'
import type { CodePackage } from '../../ports.ts'
import type { CodeProblem } from '../code-problem.ts'
import type { CodeImport } from '../read-module.ts'

/** What is wrong with the imports themselves, before anything is looked up in a package. */
export function importProblems(imports: readonly CodeImport[], packages: readonly CodePackage[]): CodeProblem[] {
  return imports.flatMap(({ specifier, ...place }): CodeProblem[] => {
    const name = packageOf(specifier)
    const found = packages.find((one) => one.name === name)
    if (found?.unusable !== undefined)
      return [{ ...place, code: 'package_unusable', package: found.name, message: `Package "${found.name}" ${found.unusable}` }]
    if (found !== undefined) return []
    if (isBuiltin(specifier))
      return [{ ...place, message: `${nodeName(specifier)} can't be imported: code steps don't have what is built into Node` }]
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
