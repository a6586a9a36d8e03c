import { problemText } from '../../api/client.ts'
import { showToast } from '../../ui/toast.ts'

/** Says why something that a person asked for could not be done. */
export function orTell(work: Promise<void>): void {
  work.catch((error: unknown) => showToast({ kind: 'problem', title: 'That didn’t work', description: problemText(error) }))
}
