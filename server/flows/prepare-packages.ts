import type { CodePackage } from '#engine/index.ts'
import type { Flow } from '#shared/flow.ts'
import { packageOf } from '#shared/package-name.ts'
import type { Deps } from '../deps.ts'
import { codesOf } from './codes-of.ts'

/** What it takes to look at code together with its packages. */
export interface PackageTools {
  code: Pick<Deps['code'], 'importsOf' | 'findCodeProblems'>
  packages: Pick<Deps['packages'], 'prepare'>
}

/** The packages of the workspace that a flow's code imports, on this server's disk: what its code is compiled with. */
export async function preparePackages(deps: PackageTools, workspaceId: string, flow: Flow): Promise<CodePackage[]> {
  const imports = await Promise.all(codesOf(flow).map((code) => deps.code.importsOf(code, workspaceId)))
  const names = new Set(imports.flat().flatMap((specifier) => packageOf(specifier) ?? []))
  return deps.packages.prepare(workspaceId, [...names].toSorted())
}
