import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { TypeFile } from '#shared/code-types/flow-types.ts'
import { codeOf } from '#shared/code-types/code-of.ts'
import { packageTypesQuery } from '../../../api/queries.ts'
import { useEditorShallow } from '../../store.ts'
import { importedPackages } from './imported-packages.ts'

const noFiles: TypeFile[] = []

/** The declarations of the packages that code steps of the flow import, as far as the workspace has them. */
export function usePackageTypes(ready: readonly { name: string; version: string }[]): readonly TypeFile[] {
  const imported = useEditorShallow(({ document }) => [
    ...new Set(document.nodes.flatMap((node) => importedPackages(codeOf(node) ?? '').map(({ name }) => name))),
  ])
  const wanted = useMemo(() => ready.filter(({ name }) => imported.includes(name)), [ready, imported])
  return useQueries({
    queries: wanted.map(({ name, version }) => packageTypesQuery(name, version)),
    combine: allFiles,
  })
}

function allFiles(results: readonly { data?: { files: TypeFile[] } | undefined }[]): TypeFile[] {
  // Packages that depend on the same one bring the same files.
  const files = new Map(results.flatMap(({ data }) => data?.files ?? []).map((file) => [file.path, file]))
  return files.size === 0 ? noFiles : [...files.values()]
}
