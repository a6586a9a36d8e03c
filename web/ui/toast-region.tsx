import { lazy, Suspense, useSyncExternalStore } from 'react'
import { toastsWanted } from './toast.ts'

const ToastList = lazy(async () => ({ default: (await import('./toast-list.tsx')).ToastList }))

/** Where toasts appear; once, at the top of the tree. */
export function ToastRegion() {
  const isWanted = useSyncExternalStore(toastsWanted.subscribe, toastsWanted.get)
  return (
    isWanted && (
      <Suspense fallback={null}>
        <ToastList />
      </Suspense>
    )
  )
}
