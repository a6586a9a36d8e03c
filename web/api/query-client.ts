import { QueryClient } from '@tanstack/react-query'
import { isApiProblem } from './client.ts'

/** Only what another try could help is tried again: no answer, or a server that says it isn't ready. */
function isWorthRetrying(failures: number, error: unknown): boolean {
  return failures < 2 && isApiProblem(error) && (error.status === 0 || error.status >= 500)
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: isWorthRetrying, refetchOnWindowFocus: true },
  },
})
