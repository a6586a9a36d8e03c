import { realpath } from 'node:fs/promises'
import { build, type BuildFailure, type BuildOptions, type Message } from 'esbuild'
import { packageOf } from '#shared/package-name.ts'
import type { CodePackage } from '../../ports.ts'
import type { CodeProblem } from '../code-problem.ts'
import { CompilerLostError, useCompiler } from '../compiler-process.ts'
import type { CodeImport } from '../read-module.ts'
import { sourceName } from '../source-name.ts'
import { findNeededParts } from './find-needed-parts.ts'
import { ownerOf } from './owner-of.ts'
import { packagesPlugin, type MissingPart, type PackageFolders } from './packages-plugin.ts'
import { trimSourceMap } from './trim-source-map.ts'

export type Bundle = { code: string; map: string; problems?: undefined } | { code?: undefined; problems: CodeProblem[] }

/** A bundle is sent to a runner and read there before the step can start. */
export const mostBundleBytes = 5 * 1024 * 1024
/** A large package has hundreds of files to be looked up and read. */
const patienceMs = 30_000

/** Makes one program of a step's text and what it uses of its packages. The text was read alone and has no problems. */
export async function bundleWithPackages(
  code: string,
  options: BuildOptions,
  imports: readonly CodeImport[],
  packages: readonly CodePackage[],
  workspaceId: string,
): Promise<Bundle> {
  const folders: PackageFolders = new Map(
    await Promise.all(
      packages.flatMap(({ name, folder }) =>
        folder === undefined ? [] : [realpath(folder).then((real) => [name, real] as const)],
      ),
    ),
  )
  const { plugin, missing } = packagesPlugin(code, folders)
  const placeOf = (name: string | undefined) => {
    const { line, column } = imports.find(({ specifier }) => packageOf(specifier) === name) ?? { line: 1, column: 1 }
    return { line, column, code: 'package_unusable' as const, ...(name === undefined ? {} : { package: name }) }
  }
  const [firstName] = folders.keys()
  try {
    const result = await useCompiler(
      workspaceId,
      () =>
        build({
          ...options,
          entryPoints: [sourceName],
          plugins: [plugin],
          bundle: true,
          write: false,
          metafile: true,
          absWorkingDir: '/',
        }),
      patienceMs,
    )
    const needed = await findNeededParts(result.metafile, `step:${sourceName}`, missing)
    if (needed.length > 0) return { problems: needsProblems(needed, result.metafile.inputs, folders, placeOf) }
    const text = (extension: string) => result.outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? ''
    const program = text('.js')
    const bytes = Buffer.byteLength(program)
    if (bytes > mostBundleBytes) {
      const message = `With what it imports this code is ${(bytes / 1024 ** 2).toFixed(1)} MiB; ${mostBundleBytes / 1024 ** 2} MiB is the most. Import less of its packages`
      return { problems: [{ ...placeOf(firstName), code: 'too_large', message }] }
    }
    return { code: program, map: trimSourceMap(text('.map')) }
  } catch (error) {
    if (error instanceof CompilerLostError)
      return { problems: [{ ...placeOf(firstName), message: 'Its packages take too long to be read, or can’t be' }] }
    if (!isBuildFailure(error)) throw error
    return { problems: failureProblems(error.errors, folders, placeOf) }
  }
}

type PlaceOf = (name: string | undefined) => Omit<CodeProblem, 'message'>

/** One problem for each package the text imports, with all that it misses. */
function needsProblems(
  needed: readonly MissingPart[],
  inputs: { [path: string]: { imports: { path: string }[] } },
  folders: PackageFolders,
  placeOf: PlaceOf,
): CodeProblem[] {
  const parts = new Map<string, MissingPart[]>()
  for (const part of needed) {
    const users = Object.entries(inputs).filter(([, { imports }]) => imports.some(({ path }) => path === part.input))
    const direct = users.map(([path]) => importedBy(`/${path}`, folders)).find((name) => name !== undefined) ?? part.owner
    parts.set(direct, [...(parts.get(direct) ?? []), part])
  }
  return [...parts].map(([name, missing]) => {
    const through = missing.every(({ owner }) => owner === name)
      ? ''
      : ` (in ${listed(unique(missing.map(({ owner }) => owner)))})`
    return {
      ...placeOf(name),
      message: `Package "${name}" needs ${listed(unique(missing.map(({ what }) => what)))}${through}, which code steps don't have`,
    }
  })
}

function failureProblems(errors: readonly Message[], folders: PackageFolders, placeOf: PlaceOf): CodeProblem[] {
  const seen = new Set<string>()
  return errors.flatMap(({ text, location }): CodeProblem[] => {
    const file = location === null ? '' : `/${location.file}`
    const name = importedBy(file, folders)
    const absent = /^Could not resolve "([^"]+)"/.exec(text)?.[1]
    const owner = ownerOf(file) ?? name
    const message =
      absent === undefined
        ? text.replace(/ \[plugin packages\]$/, '')
        : `Package "${owner}" needs "${absent}", which isn't installed with it`
    const direct = name ?? packageOf(/"([^"]+)"$/.exec(text)?.[1] ?? '')
    if (seen.has(message)) return []
    seen.add(message)
    return [{ ...placeOf(direct), message }]
  })
}

/** Which of the packages that the text imports a file came with. */
function importedBy(path: string, folders: PackageFolders): string | undefined {
  for (const [name, folder] of folders) if (path.startsWith(`${folder}/`)) return name
  return undefined
}

function unique(values: string[]): string[] {
  return [...new Set(values)]
}

function listed(values: string[]): string {
  const last = values.at(-1) ?? ''
  return values.length < 2 ? last : `${values.slice(0, -1).join(', ')} and ${last}`
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}
