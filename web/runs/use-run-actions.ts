import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, problemText } from '../api/client.ts'
import { runQuery } from '../api/queries.ts'
import { showToast } from '../ui/toast.ts'

/** Stopping a run, and letting a failed one go on. */
export function useRunActions(runId: string) {
  const queryClient = useQueryClient()
  const refresh = () => queryClient.invalidateQueries({ queryKey: runQuery(runId).queryKey })
  const stop = useMutation({
    mutationFn: (when: 'now' | 'afterStep') => call('cancelRun', { params: { id: runId }, body: { when } }),
    onSuccess: (_, when) => {
      showToast({ title: when === 'now' ? 'The run was stopped' : 'Stopping after this step' })
      return refresh()
    },
    onError: (problem) => showToast({ title: 'The run goes on', description: problemText(problem), kind: 'problem' }),
  })
  const retry = useMutation({
    mutationFn: () => call('retryRun', { params: { id: runId } }),
    onSuccess: (run) => {
      queryClient.setQueryData(runQuery(runId).queryKey, run)
      return refresh()
    },
    onError: (problem) => showToast({ title: 'It was not tried again', description: problemText(problem), kind: 'problem' }),
  })
  return { stop, retry }
}
