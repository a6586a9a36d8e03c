import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { RouteQueryInput } from '#shared/api.ts'
import { catalogFrom, type NodeType } from '#shared/manifest.ts'
import { call } from './client.ts'
import { type TimeFilter, timesOf } from '../requests/when.ts'

/** Everything the interface reads, each with its key in one place. Keys start with the thing, so one can be invalidated by it. */

export const setupStateQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => call('setupState', { signal }),
})

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => call('me', { signal }),
  staleTime: 60_000,
})

export function flowsQuery(q = '') {
  return infiniteQueryOptions({
    queryKey: ['flows', { q }],
    queryFn: ({ signal, pageParam }) => call('listFlows', { query: { q: q || undefined, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })
}

/** Names of the newest 200 flows: what a list of runs needs to say whose they are. */
export const flowNamesQuery = queryOptions({
  queryKey: ['flows', 'names'],
  queryFn: async ({ signal }) => {
    const { items } = await call('listFlows', { query: { limit: 200 }, signal })
    return new Map(items.map((flow) => [flow.id, flow.name]))
  },
  staleTime: 30_000,
})

export function flowQuery(id: string) {
  return queryOptions({ queryKey: ['flow', id], queryFn: ({ signal }) => call('getFlow', { params: { id }, signal }) })
}

/** How the starts of a flow stand that look by themselves. */
export function pollsQuery(flowId: string) {
  return queryOptions({
    queryKey: ['flow', flowId, 'polls'],
    queryFn: ({ signal }) => call('listPolls', { params: { id: flowId }, signal }),
  })
}

export function versionQuery(flowId: string, version: number) {
  return queryOptions({
    queryKey: ['flow', flowId, 'version', version],
    queryFn: ({ signal }) => call('getVersion', { params: { id: flowId, version }, signal }),
    staleTime: Infinity,
  })
}

/** The catalog describes itself by JSON Schema, so its reply has no schema of ours to be inferred from. */
function isNodeType(value: unknown): value is NodeType {
  return typeof value === 'object' && value !== null && 'type' in value && 'params' in value && 'handles' in value
}

/** Node types by their name. They change only with the server, so they are read once. */
export const catalogQuery = queryOptions({
  queryKey: ['catalog'],
  queryFn: async ({ signal }) => catalogFrom((await call('getCatalog', { signal })).items.filter(isNodeType)),
  staleTime: Infinity,
})

export function samplesQuery(flowId: string) {
  return queryOptions({
    queryKey: ['flow', flowId, 'samples'],
    queryFn: async ({ signal }) => (await call('listSamples', { params: { id: flowId }, signal })).items,
  })
}

export type RunFilters = Pick<RouteQueryInput<'listRuns'>, 'flowId' | 'status' | 'q'>

export function runsQuery(filters: RunFilters) {
  return infiniteQueryOptions({
    queryKey: ['runs', filters],
    queryFn: ({ signal, pageParam }) => call('listRuns', { query: { ...filters, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })
}

export function runQuery(id: string) {
  return queryOptions({ queryKey: ['run', id], queryFn: ({ signal }) => call('getRun', { params: { id }, signal }) })
}

export interface RequestFilters extends TimeFilter {
  state?: RouteQueryInput<'listRequests'>['state']
  q?: string | undefined
}

export function requestsQuery(flowId: string, filters: RequestFilters) {
  const { state, q } = filters
  return infiniteQueryOptions({
    queryKey: ['flow', flowId, 'requests', filters],
    // The last hour is the last one at each look.
    queryFn: ({ signal, pageParam }) =>
      call('listRequests', {
        params: { id: flowId },
        query: { state, q, ...timesOf(filters, Date.now()), cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 5000,
  })
}

export function requestQuery(flowId: string, request: string) {
  return queryOptions({
    queryKey: ['flow', flowId, 'requests', 'one', request],
    queryFn: ({ signal }) => call('getRequest', { params: { id: flowId, request }, signal }),
  })
}

export function comparedQuery(flowId: string, ids: [string, string]) {
  return queryOptions({
    queryKey: ['flow', flowId, 'requests', 'compared', ids],
    queryFn: ({ signal }) => call('listRequests', { params: { id: flowId }, query: { ids: ids.join(',') }, signal }),
  })
}

export function drainQuery(flowId: string) {
  return queryOptions({
    queryKey: ['flow', flowId, 'requests', 'drain'],
    queryFn: ({ signal }) => call('getDrain', { params: { id: flowId }, signal }),
    refetchInterval: 2000,
  })
}

export function stepsQuery(runId: string) {
  return infiniteQueryOptions({
    queryKey: ['run', runId, 'steps'],
    queryFn: ({ signal, pageParam }) =>
      call('listSteps', { params: { id: runId }, query: { limit: 200, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })
}

/** What the code of one step of a run asked for, in the order of asking. */
export function insideQuery(runId: string, parent: string) {
  return infiniteQueryOptions({
    queryKey: ['run', runId, 'inside', parent],
    queryFn: ({ signal, pageParam }) =>
      call('listSteps', { params: { id: runId }, query: { parent, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })
}

export function logsQuery(runId: string, path: string) {
  return infiniteQueryOptions({
    queryKey: ['run', runId, 'logs', path],
    queryFn: ({ signal, pageParam }) =>
      call('listLogs', { params: { id: runId }, query: { path, limit: 200, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })
}

/** The declarations of one version: they never change. */
export function packageTypesQuery(name: string, version: string) {
  return queryOptions({
    queryKey: ['packages', name, 'types', version],
    queryFn: ({ signal }) => call('getPackageTypes', { params: { name }, signal }),
    retry: false,
    staleTime: Infinity,
  })
}

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await call('listApiKeys', { query: { limit: 200 }, signal })).items,
})

export const secretsQuery = queryOptions({
  queryKey: ['secrets'],
  queryFn: async ({ signal }) => (await call('listSecrets', { query: { limit: 200 }, signal })).items,
})

export const variablesQuery = queryOptions({
  queryKey: ['variables'],
  queryFn: async ({ signal }) => (await call('listVariables', { query: { limit: 200 }, signal })).items,
})

/** Looked at again while something is being installed. */
export const packagesQuery = queryOptions({
  queryKey: ['packages'],
  queryFn: async ({ signal }) => (await call('listPackages', { query: { limit: 200 }, signal })).items,
  refetchInterval: ({ state }) => (state.data?.some((one) => one.state === 'installing') === true ? 700 : false),
})

export function packageQuery(name: string) {
  return queryOptions({
    queryKey: ['packages', name],
    queryFn: ({ signal }) => call('getPackage', { params: { name }, signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'installing' ? 700 : false),
  })
}

/** What the registry says of a package; it is asked once, not again and again when it can't be reached. */
export function lookUpQuery(name: string) {
  return queryOptions({
    queryKey: ['package-lookup', name],
    queryFn: ({ signal }) => call('lookUpPackage', { query: { name }, signal }),
    retry: false,
    staleTime: 60_000,
  })
}

export const egressQuery = queryOptions({
  queryKey: ['egress'],
  queryFn: ({ signal }) => call('getEgress', { signal }),
})

/** Changes only with the server. */
export const codeLimitsQuery = queryOptions({
  queryKey: ['code-limits'],
  queryFn: ({ signal }) => call('getCodeLimits', { signal }),
  staleTime: Infinity,
})

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => call('getSystem', { signal }),
})
