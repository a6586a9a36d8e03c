import { call, isApiProblem, problemText } from '../api/client.ts'
import { showToast } from '../ui/toast.ts'

/** Ends the session and leaves the page for good, so nothing of it stays in memory. */
export async function signOut(): Promise<void> {
  try {
    await call('logout')
  } catch (problem) {
    // A session that is over already is what was asked for.
    if (!isApiProblem(problem) || problem.status !== 401) {
      showToast({ title: 'You are still signed in', description: problemText(problem), kind: 'problem' })
      return
    }
  }
  window.location.assign('/login')
}
