import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { call, problemText } from '../../../api/client.ts'
import { lookUpQuery, meQuery, packageQuery, packagesQuery } from '../../../api/queries.ts'
import { showToast } from '../../../ui/toast.ts'
import { useEditor, useEditorStore } from '../../store.ts'
import { importedPackages } from './imported-packages.ts'
import { nodeModules } from './node-modules.ts'
import { packageOffer, type PackageOffer } from './package-offer.ts'
import { useSettled } from './use-settled.ts'

export interface PackageOffers {
  offers: readonly PackageOffer[]
  /** Names of the packages that are there, with their versions. */
  ready: readonly { name: string; version: string }[]
  /** Adds it, for those who may; others are told whom to ask. */
  add: ((name: string, version: string) => void) | undefined
}

/** Whether it is said already what there is to do about a package, or it is there. */
export function isSpokenFor({ offers, ready }: PackageOffers, name: string | undefined): boolean {
  return [...offers, ...ready].some((one) => one.name === name)
}

const settledMs = 700
const managers = new Set(['owner', 'admin'])
const none: PackageOffers = { offers: [], ready: [], add: undefined }

/** What the code imports and the workspace doesn't have, each with what can be done about it. */
export function usePackageOffers(code: string): PackageOffers {
  const editor = useEditorStore()
  const client = useQueryClient()
  const mayEdit = useEditor((state) => state.mayEdit)
  const { data: me } = useQuery(meQuery)
  const { data: list } = useQuery({ ...packagesQuery, enabled: mayEdit })
  const imported = useMemo(() => importedPackages(code), [code])
  const own = useMemo(() => new Map(list?.map((one) => [one.name, one])), [list])
  const missing = imported.filter(({ name }) => list !== undefined && own.get(name)?.state !== 'ready' && !nodeModules.has(name))
  // While a name is being typed, each letter is another name.
  const settled = useSettled(imported.map(({ name }) => name).join(' '), settledMs).split(' ')
  const details = useQueries({
    queries: missing.map(({ name }) => ({ ...packageQuery(name), enabled: own.get(name)?.state === 'installing' })),
  })
  const lookups = useQueries({
    queries: missing.map(({ name }) => ({ ...lookUpQuery(name), enabled: !own.has(name) && settled.includes(name) })),
  })
  // When one has been installed, the list, the types and the problems are no longer what they were.
  const ended = details.filter(({ data }) => data !== undefined && data.state !== 'installing').length
  useEffect(() => {
    if (ended > 0) void client.invalidateQueries({ queryKey: packagesQuery.queryKey, exact: true })
  }, [client, ended])
  const ready = useMemo(
    () => (list ?? []).filter(({ state }) => state === 'ready').map(({ name, version }) => ({ name, version })),
    [list],
  )
  const readyText = ready.map(({ name, version }) => `${name}@${version}`).join(' ')
  useEffect(() => editor.setSession({ packages: readyText }), [editor, readyText])

  if (list === undefined) return none
  const offers = missing.flatMap((place, index) => {
    const lookup = lookups[index]
    const listed = own.get(place.name)
    const detail = details[index]?.data
    const offer = packageOffer(place, {
      // The list says how it stands; what an installation says is of interest only while it goes on.
      own: listed === undefined || listed.state === 'installing' ? (detail ?? listed) : listed,
      found: lookup?.data,
      problem: lookup?.error == null ? undefined : problemText(lookup.error),
    })
    return offer === undefined ? [] : [offer]
  })
  const add = async (name: string, version: string) => {
    try {
      client.setQueryData(packageQuery(name).queryKey, await call('addPackage', { body: { name, version } }))
    } catch (error) {
      showToast({ kind: 'problem', title: `${name} could not be added`, description: problemText(error) })
    }
    await client.invalidateQueries({ queryKey: packagesQuery.queryKey, exact: true })
  }
  return {
    offers,
    ready,
    add: managers.has(me?.role ?? '') ? (name, version) => void add(name, version) : undefined,
  }
}
