import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { call, problemText } from '../api/client.ts'
import { flowQuery } from '../api/queries.ts'
import { showToast } from '../ui/toast.ts'

/** Makes an empty flow and opens it in the editor. */
export function useCreateFlow(): { createFlow: () => void; isCreating: boolean } {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { mutate, isPending } = useMutation({
    mutationFn: () => call('createFlow', { body: {} }),
    onSuccess: async (flow) => {
      queryClient.setQueryData(flowQuery(flow.id).queryKey, flow)
      void queryClient.invalidateQueries({ queryKey: ['flows'] })
      await navigate({ to: '/flows/$flow', params: { flow: flow.id } })
    },
    onError: (problem) => showToast({ title: 'The flow was not made', description: problemText(problem), kind: 'problem' }),
  })
  return { createFlow: () => mutate(), isCreating: isPending }
}
