import { QueryCache, QueryClient, type QueryKey } from '@tanstack/react-query'
import { showToast } from '../ui/toast.ts'
import { isApiProblem } from './client.ts'
import { meQuery } from './queries.ts'

/** Only what another try could help is tried again: no answer, or a server that says it isn't ready. */
function isWorthRetrying(failures: number, error: unknown): boolean {
  return failures < 2 && isApiProblem(error) && (error.status === 0 || error.status >= 500)
}

/** A session that ended under an open page: said, rather than leaving the page, which may hold something unsaved. */
function sayWhenSignedOut(error: unknown, { queryKey }: { queryKey: QueryKey }): void {
  // Asking who is calling is how a page finds out on its way in, and then goes to the sign-in itself.
  if (!isApiProblem(error) || error.status !== 401 || queryKey[0] === meQuery.queryKey[0]) return
  const next = encodeURIComponent(window.location.pathname + window.location.search)
  showToast({
    id: 'signed-out',
    kind: 'problem',
    title: 'You are signed out',
    description: 'Your session has ended.',
    action: { label: 'Sign in', onSelect: () => window.location.assign(`/login?next=${next}`) },
  })
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: sayWhenSignedOut }),
  defaultOptions: {
    queries: { staleTime: 5_000, retry: isWorthRetrying, refetchOnWindowFocus: true },
  },
})
