import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { CloudOff } from 'lucide-react'
import { isApiProblem, problemText } from '../api/client.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { NotFoundPage } from './not-found-page.tsx'

/** What a page shows when what it is about can't be had. */
export function ProblemState({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (isApiProblem(error) && (error.status === 404 || error.status === 403)) return <NotFoundPage />
  return (
    <div role="alert">
      <EmptyState
        picture={<CloudOff size={40} strokeWidth={1.5} />}
        title="This page couldn't be opened"
        text={problemText(error)}
        actions={
          <Button variant="primary" onClick={onRetry}>
            Try again
          </Button>
        }
      />
    </div>
  )
}

export function PageProblem({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <main className="flex flex-1 items-center justify-center">
      <ProblemState
        error={error}
        onRetry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </main>
  )
}
